import { connect } from "#cluster/api/connect.ts";
import { systemClock } from "#cluster/clock.ts";
import type { ClusterState } from "#cluster/contract.ts";
import type { EventNote } from "#cluster/events/contract.ts";
import { createEventWriter } from "#cluster/events/writer.ts";
import { createClusterWatchMetrics } from "#cluster/reflector/watch-metrics.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { releaseMemory } from "#linux/release-memory.ts";
import { createHttpListener, type HttpListener } from "#observe/http.ts";
import { createMetricsRegistry } from "#observe/metrics.ts";
import { routeProbes } from "../health/probes.ts";
import { routeStatus } from "../metrics/status-routes.ts";
import type { BindAddress, ProxyDaemonOptions } from "./contract.ts";
import { followCluster } from "./feed.ts";
import { ServiceProxy } from "./service-proxy.ts";

/**
 * Runs the proxy until it is told to stop. Rules stay in the kernel.
 * @throws FairleadError when the API server's address, an address to listen on or the kernel's table cannot be had
 */
export async function runProxyDaemon(options: ProxyDaemonOptions): Promise<void> {
  const { nodeName, logger, stopping, nft, connection } = options;
  const state = createClusterState();
  const registry = createMetricsRegistry();
  let record: (note: EventNote) => void = () => {};
  const recordEvent = (note: EventNote): void => record(note);
  const proxy = new ServiceProxy(options, { state, nft, registry, recordEvent, logger });
  const client = await connect(connection, proxy.metrics.onRequest);
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, ended.signal]);
  const source = { component: "kube-proxy", host: nodeName };
  record = createEventWriter({ client, source, clock: systemClock, logger, signal }).record;
  const listeners = await listen(options, proxy, registry);
  const followSource = createClusterWatchMetrics(registry, () => systemClock.nowMs());
  const feed = followCluster(client, state, { nodeName, logger, signal, followSource });
  try {
    const [isSynced] = await Promise.all([synced(state, signal), proxy.open()]);
    if (isSynced) {
      await proxy.start();
      releaseMemory();
      logger.info({}, "Services are programmed");
    }
    await aborted(stopping);
  } finally {
    ended.abort();
    await proxy.stop();
    await feed;
    client.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    await nft.close();
  }
}

async function listen(
  { healthz, metrics, configz, bindHard, logger }: ProxyDaemonOptions,
  proxy: ServiceProxy,
  registry: ReturnType<typeof createMetricsRegistry>,
): Promise<readonly HttpListener[]> {
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
  if (metrics !== undefined) routeStatus(at(metrics), { registry, config: () => configz });
  for (const listener of listeners.values())
    await listener.listen().catch((error: unknown) => {
      if (bindHard) throw error;
      logger.error({ err: error }, "going on without this address");
    });
  return [...listeners.values()];
}

/** False when the process is to end before everything has been listed. */
function synced(state: ClusterState, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    state.onSynced(() => resolve(true));
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
