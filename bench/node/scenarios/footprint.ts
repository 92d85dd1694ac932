import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Place, Started } from "#test/topology/contract.ts";
import type { ClusterModel, Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { cpuBetween } from "../../measure/proc.ts";
import { cpuTime, memory } from "../../measure/process.ts";
import { coredns, program } from "../../rivals/coredns.ts";
import { kubeadmCorefile } from "../../rivals/corefile.ts";
import { type Entrant, type Figure, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { nodes, startCluster, startNode, threeNodes } from "../scene.ts";
import { nodeServes, untilSaid } from "../wait.ts";
import { fairlead } from "../words.ts";

const settleMs = 10_000;
const idleSeconds = 20;

const resident = "resident memory";
const idle = "CPU when idle, of one core";

/** The zone is all that its Corefile needs of it. */
const noModel: ClusterModel = { zone: "cluster.local.", namespaces: [], services: [] };

async function figures({ pid }: Started, seconds: number): Promise<readonly Figure[]> {
  const before = await cpuTime(pid);
  await sleep(seconds * 1000);
  const { userMs, systemMs } = cpuBetween(before, await cpuTime(pid));
  const { rssMb, anonymousMb } = await memory(pid);
  return [
    { metric: resident, unit: "MB", value: rssMb },
    { metric: "anonymous memory of it", unit: "MB", value: anonymousMb },
    { metric: idle, unit: "%", value: (userMs + systemMs) / (seconds * 10) },
  ];
}

/** CoreDNS alone, which is one of the three that `fairlead node` stands for. */
async function startCoredns(context: ScenarioContext, place: Place, url: string): Promise<Started> {
  const file = join(await context.arena.directory(), "Corefile");
  await writeFile(file, kubeadmCorefile({ port: 53, apiServer: url, model: noModel }));
  const process = place.start(program, ["-conf", file]);
  await untilSaid(process, "CoreDNS-");
  return process;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { quick, arena, progress } = context;
  const topology = await threeNodes(context);
  const { url } = await startCluster(context, topology);
  progress.update(`${footprint.name}: starting`);
  const [node] = nodes;
  if (node === undefined) throw new FairleadError("FL-B001", "the scene has no node");
  const directory = await arena.directory();
  const own = await startNode(topology.place(node.name), {
    node,
    url,
    directory,
    components: "dns,proxy,cni",
  });
  await untilSaid(own, nodeServes);
  const entrants: Entrant[] = [];
  const seconds = quick ? 1 : idleSeconds;
  const add = (name: string, process: Started): void => {
    entrants.push({ name, measure: () => figures(process, seconds) });
  };
  add(fairlead, own);
  const isThere = (await coredns.version()) !== undefined;
  if (isThere) add(coredns.name, await startCoredns(context, topology.place("node-2"), url));
  await sleep(quick ? 100 : settleMs);
  const rounds = Math.min(context.rounds, 5);
  return {
    ...headOf(footprint, rounds),
    series: await measureRounds({ ...context, rounds }, footprint.name, entrants, resident),
    targets: [
      { contestant: fairlead, metric: resident, atMost: 200 },
      { contestant: fairlead, metric: idle, atMost: 1 },
    ],
    notes: [
      "`fairlead node` with DNS, Service proxy and CNI agent in one process, over plain HTTP to the repository's API server on another machine of the scene, with 1,000 Services and 3,000 endpoints; kubeadm's Corefile. It has no helper process. CoreDNS, where it is measured, is DNS alone.",
      ...missingNote(isThere ? [] : [coredns.name]),
    ],
  };
}

export const footprint: Scenario = {
  name: "node-footprint",
  title: "Memory and idle CPU of a node's process with 1,000 Services and 3,000 pods",
  run,
};
