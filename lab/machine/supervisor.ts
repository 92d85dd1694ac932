import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "#observe/contract.ts";
import { FairleadError } from "#observe/errors.ts";
import { createClient } from "../client/client.ts";
import { connectionOf } from "../client/kubeconfig.ts";
import { startApiServer } from "./api-server.ts";
import { planBalancer } from "./balancer/plan.ts";
import { applyBalancer } from "./balancer/routes.ts";
import { type ClusterView, watchCluster } from "./cluster-view.ts";
import type { LabPlan, NodeVerb } from "./contract.ts";
import { type Controlled, serveControl } from "./control/server.ts";
import { filesOf } from "./files.ts";
import { Underlay } from "./network/underlay.ts";
import { machineMounts } from "./node/mounts.ts";
import { LabNode } from "./node/node.ts";
import { startOutside } from "./outside/outside.ts";
import type { KeptProcess } from "./process/keep.ts";
import { ProgressLog } from "./progress.ts";
import { readinessOf } from "./readiness.ts";

const apiPollMs = 20;
const apiAttempts = 3;

/**
 * Makes everything of the lab and keeps it: pid 1 of the lab's pid namespace, so that all of it ends with this process.
 * @param machineNamespaceFd where the machine's link is made; closed when it is
 */
export async function supervise(
  plan: LabPlan,
  machineNamespaceFd: number,
  logger: Logger,
): Promise<void> {
  const files = filesOf(plan.folder);
  const progress = new ProgressLog(() => performance.now());
  const lab: { api?: KeptProcess } = {};
  const nodes = new Map<string, LabNode>();
  await serveControl(files.control, controlOf(plan, progress, nodes, lab));
  try {
    const underlay = new Underlay(plan);
    const kubeletToken = randomBytes(24).toString("hex");
    // It takes longest to start, and everybody waits for it.
    lab.api = startApiServer(plan, kubeletToken, logger);
    execFileSync("sh", ["-c", prepare(plan)], { stdio: ["ignore", "inherit", "inherit"] });
    underlay.connectMachine(machineNamespaceFd);
    closeSync(machineNamespaceFd);
    progress.tell("step", `underlay ${plan.underlay}, reached over ${plan.machine.name}`);
    for (const address of plan.nodes) {
      const node = new LabNode({ plan, address, underlay, kubeletToken, logger });
      nodes.set(address.name, node);
      node.boot();
    }
    progress.tell("step", `${plan.nodes.length} nodes booted`);
    await untilServing(plan, lab.api);
    progress.tell("step", `API server at ${plan.apiServer.url}`);
    startOutside(plan, underlay, logger);
    followCluster(plan, underlay, progress, logger);
  } catch (error) {
    const message = messageOf(error);
    logger.error({ error: message }, "the lab did not come up");
    progress.tell("failed", message);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Mounts, and what nodes take for the machine's resolver. */
function prepare(plan: LabPlan): string {
  const nodesFolder = filesOf(plan.folder).node("");
  mkdirSync(nodesFolder, { recursive: true });
  writeFileSync(join(plan.folder, "resolv.conf"), `nameserver ${plan.outside.address}\n`);
  return machineMounts(nodesFolder);
}

/** The kubeconfig is written once clients are served. @throws Error with its last words when it does not start */
async function untilServing({ folder }: LabPlan, api: KeptProcess): Promise<void> {
  const files = filesOf(folder);
  while (!existsSync(files.kubeconfig)) {
    if (api.restarts > apiAttempts) {
      const words = readFileSync(files.log("apiserver"), "utf8").trim().split("\n").slice(-4);
      throw new Error(`the API server does not start: ${words.join(" ")}`);
    }
    await sleep(apiPollMs);
  }
}

function followCluster(
  plan: LabPlan,
  underlay: Underlay,
  progress: ProgressLog,
  logger: Logger,
): void {
  const client = createClient(connectionOf(filesOf(plan.folder).kubeconfig), logger);
  const told = new Set<string>();
  const names = plan.nodes.map(({ name }) => name);
  const tellReadiness = (view: ClusterView): void => {
    if (progress.isReady) return;
    const { reached, isComplete } = readinessOf(names, view);
    for (const text of reached.filter((each) => !told.has(each))) {
      told.add(text);
      progress.tell("step", text);
    }
    if (isComplete) progress.tell("ready", "the cluster is up");
  };
  watchCluster(client, (view) => {
    try {
      applyBalancer(underlay.route, underlay.bridgeIndex, planBalancer(view));
    } catch (error) {
      // Anyone may write a node or an address into the API that no route can lead to.
      logger.warn(
        { error: messageOf(error) },
        "the routes to LoadBalancer addresses are not complete",
      );
    }
    tellReadiness(view);
  });
}

function controlOf(
  plan: LabPlan,
  progress: ProgressLog,
  nodes: ReadonlyMap<string, LabNode>,
  lab: { readonly api?: KeptProcess },
): Controlled {
  return {
    progress,
    status: () => ({
      ready: progress.isReady,
      upSeconds: Math.round(performance.now() / 1000),
      subnet: plan.subnet,
      apiServer: { url: plan.apiServer.url, restarts: lab.api?.restarts ?? 0 },
      outside: plan.outside.address,
      nodes: [...nodes.values()].map(({ status }) => status),
    }),
    actOnNode: async (name: string, verb: NodeVerb) => {
      const node = nodes.get(name);
      if (node === undefined)
        throw new FairleadError(
          "FL-M005",
          `there is no node ${name}, there are ${[...nodes.keys()].join(", ")}`,
        );
      await node.act(verb);
    },
  };
}
