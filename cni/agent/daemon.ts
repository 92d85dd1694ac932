import { hash } from "node:crypto";
import { connect } from "#cluster/api/connect.ts";
import type { ClusterState } from "#cluster/contract.ts";
import { createApiServerSource } from "#cluster/reflector/source.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { raiseThreadPriority } from "#linux/thread.ts";
import { aborted } from "#observe/aborted.ts";
import { createHttpListener, type HttpListener } from "#observe/http.ts";
import { createMetricsRegistry } from "#observe/metrics.ts";
import { KernelNetwork } from "../network/kernel-network.ts";
import { localHost } from "../plugin/host.ts";
import { makeDigestsWith } from "../sha256.ts";
import type { AgentDaemonOptions, AgentOptions } from "./contract.ts";
import { conflistText } from "./install/conflist.ts";
import { installConfiguration, installPrograms } from "./install/install.ts";
import { AgentMetrics } from "./metrics.ts";
import { startNodeRoutes } from "./routes/node-routes.ts";
import { Caller } from "./server/caller.ts";
import { CallsAtOnce } from "./server/calls-at-once.ts";
import { pendingRecords, replayPending } from "./server/pending.ts";
import { serveCni } from "./server/server.ts";

/** Between tries of what failed, and comparisons without any event. */
const periodMs = 30_000;
/**
 * A hundred calls at once are a hundred processes beside the one thread that they all wait for: before them it has the
 * last of them done a fifth sooner.
 */
const MAIN_THREAD_NICE = -10;

/**
 * The CNI's daemon of one node as a process of its own, until it is told to stop.
 * @throws FairleadError when the API server's address or a path cannot be had
 */
export async function runAgent(options: AgentDaemonOptions): Promise<void> {
  const { logger, stopping, connection } = options;
  const state = createClusterState();
  const client = await connect(connection);
  const ended = new AbortController();
  const signal = AbortSignal.any([stopping, ended.signal]);
  const source = createApiServerSource({ client, selections: [{ kind: "Node" }], logger });
  const feed = source.run(state, signal);
  try {
    await serveAgent(options, state);
  } finally {
    ended.abort();
    await feed;
    client.close();
  }
}

/**
 * Plugin calls of the shim, ways to the other nodes, the runtime's configuration once both are there, over a state that
 * somebody feeds with all Nodes. Links, rules and routes stay when it ends.
 * @throws FairleadError when a path cannot be had
 */
export async function serveAgent(options: AgentOptions, state: ClusterState): Promise<void> {
  const { logger, stopping, install, namespacePath, pendingFolder } = options;
  const where = namespacePath === undefined ? {} : { namespacePath };
  const registry = createMetricsRegistry();
  const metrics = new AgentMetrics(registry);
  makeDigestsWith((text) => hash("sha256", text));
  const calls = new CallsAtOnce();
  const network = new KernelNetwork({ ...where, calls });
  const nft = options.masquerade ? openNftables(where) : undefined;
  let isReady = false;
  const caller = new Caller({
    host: localHost,
    network,
    notReady: () => (isReady ? undefined : "the ways to the other nodes are not there yet"),
    onCall: (report) => metrics.onCall(report),
  });
  const replay = async (): Promise<void> => {
    const { done, failures } = await replayPending(pendingFolder, caller);
    if (done > 0) logger.info({ done }, "DELs were done that no agent was there for");
    for (const failure of failures) logger.warn({}, failure);
    metrics.onPending(pendingRecords(pendingFolder).length);
  };
  const toldFailures = new Set<string>();
  const routes = startNodeRoutes(state, {
    ...options.routes,
    ...where,
    nft,
    periodMs,
    onReconciled(result) {
      metrics.onReconciled(result);
      for (const failure of result.failures)
        if (!toldFailures.has(failure)) logger.warn({}, failure);
      toldFailures.clear();
      for (const failure of result.failures) toldFailures.add(failure);
      isReady = true;
      if (install.confDir === undefined || result.podCidrs.length === 0) return;
      const { podCidrs, podMtuBytes: mtuBytes } = result;
      const text = conflistText({
        name: "fairlead",
        podCidrs,
        mtuBytes,
        leaseDir: install.leaseDir,
      });
      // The last thing that appears: a runtime that sees it may add containers.
      if (installConfiguration(install.confDir, install.confName, text))
        logger.info({ file: install.confName, podCidrs }, "the runtime's configuration is there");
    },
  });
  const listener = await serveMetrics(options, registry, () => isReady);
  const priority = raiseThreadPriority({ kind: "nice", nice: MAIN_THREAD_NICE });
  if (priority.kind === "refused")
    logger.info(priority, "without CAP_SYS_NICE many plugin calls at once take longer");
  // Before the first call: what is to go must not be met by what comes.
  await replay();
  const server = await serveCni(options.socketPath, caller, calls);
  if (install.binDir !== undefined)
    installPrograms(install.binDir, install.types, { path: install.program });
  const timer = setInterval(() => {
    replay().catch((error: unknown) => logger.error({ err: error }, "pending DELs"));
  }, periodMs);
  logger.info({ socket: options.socketPath }, "the CNI plugin is served");
  try {
    await aborted(stopping);
  } finally {
    clearInterval(timer);
    await server.close();
    routes.close();
    await listener?.close();
    await network.close();
    await nft?.close();
  }
}

async function serveMetrics(
  { metrics }: AgentOptions,
  registry: ReturnType<typeof createMetricsRegistry>,
  isReady: () => boolean,
): Promise<HttpListener | undefined> {
  if (metrics === undefined) return undefined;
  const listener = createHttpListener(metrics);
  listener.route("/metrics", async () => {
    return { status: 200, contentType: registry.contentType, body: await registry.metrics() };
  });
  listener.route("/healthz", () => ({ status: 200, body: "ok\n" }));
  listener.route("/readyz", () =>
    isReady() ? { status: 200, body: "ok\n" } : { status: 503, body: "not ready\n" },
  );
  await listener.listen();
  return listener;
}
