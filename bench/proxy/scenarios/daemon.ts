import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Agent, Started, Topology } from "#test/topology/contract.ts";
import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { memory, peakMb } from "../../measure/process.ts";
import { type Entrant, type Figure, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { quantile } from "../../stats.ts";
import { fairlead, kubeProxy, type ProxyContestant } from "../contestants.ts";
import { nodeName } from "../data/mix.ts";
import type { ClusterCalls } from "../programs/cluster.ts";
import type { PodName } from "../scene.ts";
import { nodeAddress, probeOf, programIn, serverPort, twoNodes } from "../scene.ts";

const size = 10_000;
const quickSize = 300;
const startTimeoutMs = 60_000;
const answerTimeoutMs = 10_000;
const settleMs = 5_000;

const resident = "resident memory, settled";
const p99 = "p99 of event to first packet";
const ends = "storm: last event to its first packet";
const failed = "storm: failed connections of an untouched Service";

interface Subject {
  readonly services: number;
  readonly cluster: Program<ClusterCalls>;
  readonly proxy: Started;
  readonly client: Agent;
}

const touched = (server: PodName) => probeOf("touched", 1, server);
const untouched = probeOf("untouched", 2, "remote");

/** The real command, over an API server of its own that holds the mix. */
async function start(
  context: ScenarioContext,
  contestant: ProxyContestant,
  services: number,
): Promise<Subject> {
  const { name } = contestant;
  context.progress.update(`${daemon.name}: API server with ${services} services`);
  const topology = await twoNodes(context);
  await serveIn(topology, ["left", "right", "remote"]);
  const node = topology.place(nodeName);
  const cluster = programIn<ClusterCalls>(context, node, "cluster.ts");
  const probes = [touched("left"), untouched];
  const url = await cluster.call("serve", { services, probes, nodeAddress });
  context.progress.update(`${daemon.name}: ${name}`);
  const [program = "", ...args] = contestant.command(url);
  const proxy = node.start(program, args);
  const client = await topology.place("client").agent();
  await untilServed(client, "left", startTimeoutMs).catch((error) => {
    throw new FairleadError("FL-B002", `${name}: ${proxy.output()}`, { cause: error });
  });
  return { services, cluster, proxy, client };
}

async function serveIn(topology: Topology, servers: readonly PodName[]): Promise<void> {
  for (const name of servers) {
    const agent = await topology.place(name).agent();
    await agent.serve({ transport: "tcp", name, port: serverPort });
  }
}

/** Asks the touched Service until a server answers; each connection is a new one. */
async function untilServed(client: Agent, server: PodName, timeoutMs: number): Promise<void> {
  const { clusterIp: address, port } = touched(server);
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const [outcome] = await client.attempt({ transport: "tcp", address, port, timeoutMs: 200 });
    if (outcome?.kind === "answer" && outcome.server === server) return;
    if (performance.now() > endMs)
      throw new FairleadError("FL-B003", `${server} did not answer: ${JSON.stringify(outcome)}`);
    if (outcome?.kind !== "answer") await sleep(1);
  }
}

async function memoryFigures({ proxy }: Subject): Promise<readonly Figure[]> {
  const { rssMb, anonymousMb } = await memory(proxy.pid);
  return [
    { metric: resident, unit: "MB", value: rssMb },
    { metric: "anonymous memory of it", unit: "MB", value: anonymousMb },
    { metric: "highest resident memory so far", unit: "MB", value: await peakMb(proxy.pid) },
  ];
}

async function latencyFigures(
  { cluster, client }: Subject,
  changes: number,
): Promise<readonly Figure[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < changes; index += 1) {
    const server = index % 2 === 0 ? "right" : "left";
    // One after another, as lone changes come.
    await sleep(20);
    const startMs = performance.now();
    const served = untilServed(client, server, answerTimeoutMs);
    await cluster.call("swap", touched(server));
    await served;
    tookMs.push(performance.now() - startMs);
  }
  return [
    { metric: "p50 of event to first packet", unit: "ms", value: quantile(tookMs, 0.5) },
    { metric: p99, unit: "ms", value: quantile(tookMs, 0.99) },
  ];
}

async function stormFigures(
  { cluster, client, services }: Subject,
  round: number,
  changes: number,
): Promise<readonly Figure[]> {
  const { clusterIp: address, port } = untouched;
  const flow = { transport: "tcp", address, port, timeoutMs: 1_000, reuse: false } as const;
  const { id } = await client.startFlow({ ...flow, everyMs: 5 });
  const last = touched("right");
  const seconds = await cluster.call("storm", { services, changes, seconds: 1, round, last });
  const lastMs = performance.now();
  await untilServed(client, "right", answerTimeoutMs);
  const endedMs = performance.now() - lastMs;
  const { asked, answered, longestGapMs } = await client.endFlow({ id });
  await cluster.call("swap", touched("left"));
  await untilServed(client, "left", answerTimeoutMs);
  return [
    { metric: "storm: changes in a second", unit: "1/s", value: changes / seconds },
    { metric: ends, unit: "s", value: endedMs / 1000 },
    { metric: "storm: connections to an untouched Service", unit: "", value: asked },
    { metric: failed, unit: "", value: asked - answered },
    { metric: "storm: longest time without one", unit: "ms", value: longestGapMs },
  ];
}

async function entrantOf(context: ScenarioContext, contestant: ProxyContestant): Promise<Entrant> {
  const { quick } = context;
  const subject = await start(context, contestant, quick ? quickSize : size);
  await sleep(quick ? 500 : settleMs);
  let round = 0;
  return {
    name: contestant.name,
    measure: async () => {
      round += 1;
      const settled = await memoryFigures(subject);
      const latency = await latencyFigures(subject, quick ? 10 : 100);
      const storm = await stormFigures(subject, round, quick ? 100 : 1_000);
      await sleep(quick ? 100 : 1_000);
      return [...settled, ...latency, ...storm];
    },
  };
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const entrants: Entrant[] = [];
  const missing: string[] = [];
  for (const contestant of [fairlead, kubeProxy]) {
    if ((await contestant.version()) === undefined) missing.push(contestant.name);
    else entrants.push(await entrantOf(context, contestant));
  }
  const rounds = Math.min(context.rounds, 5);
  return {
    ...headOf(daemon, rounds),
    reference: fairlead.name,
    series: await measureRounds({ ...context, rounds }, daemon.name, entrants, p99),
    targets: [
      { contestant: fairlead.name, metric: resident, atMost: 200 },
      { contestant: fairlead.name, metric: p99, atMost: 20 },
      { contestant: fairlead.name, metric: ends, atMost: 2 },
      { contestant: fairlead.name, metric: failed, atMost: 0 },
    ],
    notes: [
      "The command `fairlead proxy` on a node, over plain HTTP to the repository's API server. An event is the write of a slice that names another endpoint; a client pod connects to the ClusterIP again and again, and the first packet is its first connection that the new endpoint answers: the API server's work, and the time between two connections, are in the figure.",
      "The storm changes the endpoints of Services all over the cluster; the last of its events is that of the Service that the client asks.",
      ...missingNote(missing),
    ],
  };
}

export const daemon: Scenario = {
  name: "proxy-daemon",
  title: "The proxy's process with 10,000 Services: memory, freshness, a storm",
  run,
};
