import type { ApiClient } from "#cluster/api/client.ts";
import { systemClock } from "#cluster/clock.ts";
import type { ClusterState, ProgrammedServices } from "#cluster/contract.ts";
import type { EventNote } from "#cluster/events/contract.ts";
import { createEventWriter } from "#cluster/events/writer.ts";
import { aborted } from "#observe/aborted.ts";
import { createHttpListener, type HttpListener } from "#observe/http.ts";
import { createMetricsRegistry } from "#observe/metrics.ts";
import { routeProbes } from "../health/probes.ts";
import type { ProxyMetrics } from "../metrics/contract.ts";
import { routeStatus } from "../metrics/status-routes.ts";
import type { BindAddress, ProxyComponentOptions } from "./contract.ts";
import { ServiceProxy } from "./service-proxy.ts";

/** The proxy of a node with its probes, metrics and Events, over a cluster state that somebody feeds. */
export class ProxyComponent {
  readonly registry = createMetricsRegistry();
  readonly #options: ProxyComponentOptions;
  readonly #state: ClusterState;
  readonly #proxy: ServiceProxy;
  #record: (note: EventNote) => void = () => {};

  constructor(options: ProxyComponentOptions, state: ClusterState) {
    const { nft, logger } = options;
    this.#options = options;
    this.#state = state;
    this.#proxy = new ServiceProxy(options, {
      state,
      nft,
      registry: this.registry,
      recordEvent: (note) => this.#record(note),
      logger,
    });
  }

  get metrics(): ProxyMetrics {
    return this.#proxy.metrics;
  }

  get programmed(): ProgrammedServices {
    return this.#proxy.programmed;
  }

  /**
   * Programs what the state holds once everything is listed, and follows it until the process is to end. Rules stay in
   * the kernel.
   * @param client for Events
   * @param onProgrammed called when everything is in the kernel for the first time
   * @throws FairleadError when an address to listen on or the kernel's table cannot be had
   */
  async run(client: ApiClient, onProgrammed: () => void): Promise<void> {
    const { nodeName, logger, stopping } = this.#options;
    const proxy = this.#proxy;
    const ended = new AbortController();
    const signal = AbortSignal.any([stopping, ended.signal]);
    const source = { component: "kube-proxy", host: nodeName };
    const events = createEventWriter({ client, source, clock: systemClock, logger, signal });
    this.#record = events.record;
    const listeners: HttpListener[] = [];
    try {
      listeners.push(...(await this.#listen()));
      const [isSynced] = await Promise.all([synced(this.#state, signal), proxy.open()]);
      if (isSynced) {
        await proxy.start();
        logger.info({}, "Services are programmed");
        onProgrammed();
      }
      await aborted(stopping);
    } finally {
      ended.abort();
      await proxy.stop();
      await Promise.all(listeners.map((listener) => listener.close()));
    }
  }

  async #listen(): Promise<readonly HttpListener[]> {
    const { healthz, metrics, configz, bindHard, logger } = this.#options;
    const proxy = this.#proxy;
    const listeners = new Map<string, HttpListener>();
    const at = ({ host, port }: BindAddress): HttpListener => {
      const key = `${host} ${port}`;
      const listener = listeners.get(key) ?? createHttpListener({ host, port });
      listeners.set(key, listener);
      return listener;
    };
    if (healthz !== undefined)
      routeProbes(at(healthz), {
        report: () => proxy.health.report(),
        isNodeEligible: () => proxy.isNodeEligible,
        onProbe: proxy.metrics.onProbe,
      });
    if (metrics !== undefined)
      routeStatus(at(metrics), { registry: this.registry, config: () => configz });
    for (const listener of listeners.values())
      await listener.listen().catch((error: unknown) => {
        if (bindHard) throw error;
        logger.error({ err: error }, "going on without this address");
      });
    return [...listeners.values()];
  }
}

/** False when the process is to end before everything has been listed. */
function synced(state: ClusterState, signal: AbortSignal): Promise<boolean> {
  const listed = new Promise<boolean>((resolve) => state.onSynced(() => resolve(true)));
  return Promise.race([listed, aborted(signal).then(() => false)]);
}
