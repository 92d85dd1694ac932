/** One process for a node: its components over one client and one set of watches. */
import { connect } from "#cluster/api/connect.ts";
import type { ClusterState, WatchSelection } from "#cluster/contract.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { serveAgent } from "#cni/agent/daemon.ts";
import { releaseMemoryLater } from "#linux/release-memory.ts";
import { ProxyComponent } from "#proxy/daemon/component.ts";
import type { NodeOptions } from "./contract.ts";
import { serveNodeDns } from "./dns.ts";
import { ProgrammedGate } from "./gate.ts";

/** Between a Service's change and its name, where the datapath does not take it. */
const LONGEST_WAIT_MS = 5_000;
/** Between the end of a Service's name and the end of its rules: longer than clients take to use what they were told. */
const DELETION_DELAY_MS = 1_000;

/**
 * Runs a node's components until it is told to stop, or until one of them cannot go on. Links, routes and rules stay.
 * @throws FairleadError when the API server's address, an address to listen on or the kernel's tables cannot be had
 */
export async function runNode(options: NodeOptions): Promise<void> {
  const { connection, dns, proxy, cni, nft, logger } = options;
  const failed = new AbortController();
  const stopping = AbortSignal.any([options.stopping, failed.signal]);
  const common = { logger, stopping };
  const state = createClusterState();
  // Before the proxy: names of deleted Services go before their rules.
  const gate = dns !== undefined && proxy !== undefined ? gateOf(options, state) : undefined;
  const component =
    proxy &&
    new ProxyComponent({ ...proxy, ...common, nft, deletionDelayMs: DELETION_DELAY_MS }, state);
  const client = await connect(connection, component?.metrics.onRequest);
  const source = createApiServerSource({ client, selections: selectionsOf(options), logger });
  const feed = source.run(state, stopping);
  const programmed = Promise.withResolvers<void>();
  if (component === undefined) programmed.resolve();
  const parts: Promise<void>[] = [];
  if (cni !== undefined) parts.push(serveAgent({ ...cni, ...common }, state));
  if (component !== undefined)
    parts.push(
      component.run(client, () => {
        gate?.open(component.programmed);
        programmed.resolve();
      }),
    );
  if (dns !== undefined)
    parts.push(
      serveNodeDns(
        { ...dns, ...common, nft },
        { listed: state, shown: gate?.state ?? state },
        () => {
          void programmed.promise.then(releaseMemoryLater);
        },
      ),
    );
  const results = await Promise.allSettled(
    parts.map((part) =>
      part.catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  gate?.close();
  await feed;
  client.close();
  await nft.close();
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function gateOf({ logger }: NodeOptions, state: ClusterState): ProgrammedGate {
  return new ProgrammedGate({
    state,
    longestWaitMs: LONGEST_WAIT_MS,
    nowMs: () => performance.now(),
    schedule: (delayMs, due) => {
      const timer = setTimeout(due, delayMs);
      return () => clearTimeout(timer);
    },
    logger,
  });
}

/** What the components read, each kind once. */
function selectionsOf({ dns, proxy, cni, nodeName }: NodeOptions): readonly WatchSelection[] {
  const selections: WatchSelection[] = [];
  if (dns !== undefined || proxy !== undefined)
    selections.push({ kind: "Service" }, { kind: "EndpointSlice" });
  if (dns !== undefined) selections.push({ kind: "Namespace" });
  if (proxy !== undefined) selections.push({ kind: "ServiceCIDR", mayBeMissing: true });
  if (cni !== undefined) selections.push({ kind: "Node" });
  else if (proxy !== undefined)
    selections.push({ kind: "Node", fieldSelector: `metadata.name=${nodeName}` });
  return selections;
}
