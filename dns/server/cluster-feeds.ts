/** The cluster states that kubernetes directives ask for: one for each distinct connection, fed while the server runs. */
import { connect } from "#cluster/api/connect.ts";
import type { ClusterSource, ClusterState, WatchSelection } from "#cluster/contract.ts";
import { createManifestDirectorySource } from "#cluster/manifests/source.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import { createClusterState } from "#cluster/state/state.ts";
import type { Logger, MetricsRegistry } from "#observe/contract.ts";
import type { ClusterStateOptions } from "../contract.ts";
import { createRestClientMetrics } from "./rest-client-metrics.ts";

const MANIFEST_POLL_MS = 1000;

export class ClusterFeeds {
  readonly #logger: Logger;
  readonly #restMetrics: ReturnType<typeof createRestClientMetrics>;
  readonly #states = new Map<string, ReturnType<typeof createClusterState>>();
  readonly #options = new Map<string, ClusterStateOptions>();
  readonly #controller = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(logger: Logger, metrics: MetricsRegistry) {
    this.#logger = logger;
    this.#restMetrics = createRestClientMetrics(metrics);
  }

  /** The state for these options; blocks that ask alike share one. */
  state(options: ClusterStateOptions): ClusterState {
    const key = JSON.stringify(options);
    let state = this.#states.get(key);
    if (state === undefined) {
      state = createClusterState();
      for (const kind of options.kinds) state.expect(kind);
      this.#states.set(key, state);
      this.#options.set(key, options);
    }
    return state;
  }

  /**
   * Begins to follow every source.
   * @throws what makes a connection impossible: a missing kubeconfig, no service account
   */
  async start(): Promise<void> {
    const sources = await Promise.all(
      [...this.#options].map(async ([key, options]) => ({
        key,
        source: await this.#source(options),
      })),
    );
    const { signal } = this.#controller;
    this.#running = Promise.all(
      sources.map(({ key, source }) => {
        const state = this.#states.get(key);
        return state === undefined ? undefined : source.run(state, signal);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.#running;
  }

  async #source(options: ClusterStateOptions): Promise<ClusterSource> {
    const logger = this.#logger;
    if (options.manifests !== undefined) {
      return createManifestDirectorySource({
        directory: options.manifests,
        pollIntervalMs: MANIFEST_POLL_MS,
        logger,
      });
    }
    const client = await connect(options, this.#restMetrics);
    return createApiServerSource({ client, selections: selectionsOf(options), logger });
  }
}

/** `labels` selects services and their slices, `namespace_labels` namespaces. */
function selectionsOf({
  kinds,
  labelSelector,
  namespaceLabelSelector,
}: ClusterStateOptions): WatchSelection[] {
  return kinds.map((kind) => {
    const selector =
      kind === "Namespace" ? namespaceLabelSelector : kind === "Pod" ? undefined : labelSelector;
    return { kind, ...(selector === undefined ? {} : { labelSelector: selector }) };
  });
}
