/** The cluster state that kubernetes directives with the same connection ask for, and what keeps it fed. */
import { connect } from "#cluster/api/connect.ts";
import type { ClusterSource, WatchSelection } from "#cluster/contract.ts";
import { createManifestDirectorySource } from "#cluster/manifests/source.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import type { FollowSource } from "#cluster/reflector/watch-metrics.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { releaseMemoryLater } from "#linux/release-memory.ts";
import type { Logger } from "#observe/contract.ts";
import type { ClusterStateOptions, Kept } from "../contract.ts";
import type { createRestClientMetrics } from "./rest-client-metrics.ts";

const MANIFEST_POLL_MS = 1000;

export interface ClusterFeedParts {
  readonly logger: Logger;
  readonly restMetrics: ReturnType<typeof createRestClientMetrics>;
  readonly watchMetrics: FollowSource;
}

export class ClusterFeed implements Kept {
  readonly state = createClusterState();
  readonly #options: ClusterStateOptions;
  readonly #parts: ClusterFeedParts;
  readonly #controller = new AbortController();
  #starting: Promise<void> | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ClusterStateOptions, parts: ClusterFeedParts) {
    this.#options = options;
    this.#parts = parts;
    for (const kind of options.kinds) this.state.expect(kind);
    // The threads of the listeners answer: what comes to this one can wait for some tenths of a second.
    this.state.onSynced(releaseMemoryLater);
  }

  /**
   * Begins to follow the source; later calls give the same promise.
   * @throws what makes a connection impossible: a missing kubeconfig, no service account
   */
  start(): Promise<void> {
    this.#starting ??= this.#follow();
    return this.#starting;
  }

  async close(): Promise<void> {
    this.#controller.abort();
    // A feed that could not connect has said so already.
    await this.#starting?.catch(() => {});
    await this.#running;
  }

  async #follow(): Promise<void> {
    const source = await this.#source(this.#options);
    this.#running = source.run(this.state, this.#controller.signal);
  }

  async #source(options: ClusterStateOptions): Promise<ClusterSource> {
    const { logger, restMetrics, watchMetrics } = this.#parts;
    if (options.manifests !== undefined) {
      return createManifestDirectorySource({
        directory: options.manifests,
        pollIntervalMs: MANIFEST_POLL_MS,
        logger,
      });
    }
    const client = await connect(options, restMetrics);
    const source = createApiServerSource({ client, selections: selectionsOf(options), logger });
    const forget = watchMetrics(source);
    this.#controller.signal.addEventListener("abort", () => {
      forget();
      client.close();
    });
    return source;
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
