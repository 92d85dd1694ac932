import { connect } from "#cluster/api/connect.ts";
import { systemClock } from "#cluster/clock.ts";
import { createClusterWatchMetrics } from "#cluster/reflector/watch-metrics.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { releaseMemoryLater } from "#linux/release-memory.ts";
import { ProxyComponent } from "./component.ts";
import type { ProxyDaemonOptions } from "./contract.ts";
import { followCluster } from "./feed.ts";

/**
 * Runs the proxy as a process of its own, until it is told to stop. Rules stay in the kernel.
 * @throws FairleadError when the API server's address, an address to listen on or the kernel's table cannot be had
 */
export async function runProxyDaemon(options: ProxyDaemonOptions): Promise<void> {
  const { nodeName, logger, stopping, connection } = options;
  const state = createClusterState();
  const component = new ProxyComponent(options, state);
  const client = await connect(connection, component.metrics.onRequest);
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, ended.signal]);
  const followSource = createClusterWatchMetrics(component.registry, () => systemClock.nowMs());
  const feed = followCluster(client, state, { nodeName, logger, signal, followSource });
  try {
    await component.run(client, releaseMemoryLater);
  } finally {
    ended.abort();
    await feed;
    client.close();
    await options.nft.close();
  }
}
