import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Agent, Started, Topology } from "#test/topology/contract.ts";
import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import type { NodeAddress, Pulse } from "../contract.ts";
import type { AskCalls } from "../programs/ask.ts";
import { monotonicMs } from "../programs/clock.ts";
import type { ClusterCalls } from "../programs/cluster.ts";
import {
  control,
  nodes,
  podOf,
  programIn,
  server,
  startDnsPod,
  startNode,
  threeNodes,
  whoName,
} from "../scene.ts";
import { clusterDns, fairlead } from "../words.ts";

const services = 1_000;
const waitMs = 60_000;
/** 200 connections a second. */
const everyMs = 5;
/** For what is under way before and after. */
const quietMs = 500;

const failed = "failed connections through a ClusterIP, 200 a second";
const lost = "established connections lost";
const unanswered = "DNS unanswered after kill -9";
const returned = "from the process's readiness to DNS from the node";

const target: Pulse = {
  clusterIp: "10.96.250.1",
  port: 80,
  dnsName: "pulse-headless.bench.svc.cluster.local.",
  endpoint: { address: server.address, port: 8080, nodeName: "node-1" },
};

interface Subject {
  readonly topology: Topology;
  readonly node: NodeAddress;
  readonly client: Agent;
  readonly asker: Program<AskCalls>;
  readonly start: () => Promise<Started>;
  /** Of the DNS pod. */
  readonly podAddress: string;
  process: Started;
}

async function until(what: string, process: Started, isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + waitMs; !(await isSo()); await sleep(10))
    if (Date.now() > endMs)
      throw new FairleadError("FL-B003", `${killed.name}: ${what}: ${process.output()}`);
}

async function begin(context: ScenarioContext): Promise<Subject> {
  const { progress, quick, arena } = context;
  const topology = await threeNodes(context);
  const [node, other] = nodes;
  if (node === undefined || other === undefined)
    throw new FairleadError("FL-B001", "the scene has too few nodes");
  const agent = await topology.place(server.name).agent();
  await agent.serve({ transport: "tcp", name: server.name, port: target.endpoint.port });
  progress.update(`${killed.name}: API server`);
  const cluster = programIn<ClusterCalls>(context, topology.place(control.name), "cluster.ts");
  const size = { services: quick ? 50 : services, endpointsPerService: 3 };
  const url = await cluster.call("serve", { host: control.address, nodes, ...size });
  await cluster.call("addPulse", target);
  await cluster.call("setPulse", { pulse: target, isReady: true });
  const directory = await arena.directory();
  const dnsPod = topology.place(podOf(other));
  const [podAddress = ""] = dnsPod.addresses;
  await startDnsPod(dnsPod, directory);
  await cluster.call("addDnsPod", podAddress);
  const options = { node, url, directory, components: "dns,proxy" };
  const start = () => startNode(topology.place(node.name), options);
  const asker = programIn<AskCalls>(context, topology.place(podOf(node)), "ask.ts");
  await asker.call("start", { server: clusterDns, name: whoName });
  const client = await topology.place(podOf(node)).agent();
  const process = await start();
  const subject: Subject = { topology, node, client, asker, start, podAddress, process };
  await until("the node answers at first", process, () => isAnsweredBy(subject, node.address));
  return subject;
}

const isAnsweredBy = async ({ asker }: Subject, address: string): Promise<boolean> =>
  (await asker.call("taken")).some((answer) => answer.address === address);

async function figures(subject: Subject): Promise<readonly Figure[]> {
  const { client, asker, node, podAddress } = subject;
  const { clusterIp: address, port } = target;
  const connection = { transport: "tcp", address, port, timeoutMs: 2_000 } as const;
  const held = await client.hold(connection);
  if (held.kind !== "answer") throw new FairleadError("FL-B003", `no connection: ${held.reason}`);
  const { id } = await client.startFlow({ ...connection, reuse: false, everyMs });
  await sleep(quietMs);

  const killedAtMs = monotonicMs();
  subject.process.kill("SIGKILL");
  await subject.process.ended;
  const byPod = await firstAnswer(subject, podAddress);
  await sleep(quietMs);

  const startedAtMs = monotonicMs();
  subject.process = await subject.start();
  const { process } = subject;
  await until("the node serves again", process, async () => process.output().includes("DNS: dns"));
  const readyAtMs = monotonicMs();
  const byNode = await firstAnswer(subject, node.address);
  await sleep(quietMs);

  const flow = await client.endFlow({ id });
  const proven = await client.prove({ id: held.id, timeoutMs: 2_000 });
  await client.release({ id: held.id });
  await asker.call("taken");
  return [
    { metric: failed, unit: "", value: flow.asked - flow.answered },
    { metric: "connections in that time", unit: "", value: flow.asked },
    { metric: lost, unit: "", value: proven.kind === "answer" ? 0 : 1 },
    { metric: unanswered, unit: "s", value: (byPod - killedAtMs) / 1000 },
    {
      metric: "from the process's start to its readiness",
      unit: "s",
      value: (readyAtMs - startedAtMs) / 1000,
    },
    { metric: returned, unit: "s", value: Math.max(0, byNode - readyAtMs) / 1000 },
  ];
}

/** When that server's first answer came. */
async function firstAnswer({ asker, process }: Subject, address: string): Promise<number> {
  let atMs: number | undefined;
  await until(`${address} answers`, process, async () => {
    const answers = await asker.call("taken");
    atMs = answers.find((answer) => answer.address === address)?.atMs;
    return atMs !== undefined;
  });
  return atMs ?? Number.NaN;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const subject = await begin(context);
  const rounds = Math.min(context.rounds, 5);
  const entrant: Entrant = { name: fairlead, measure: () => figures(subject) };
  return {
    ...headOf(killed, rounds),
    series: await measureRounds({ ...context, rounds }, killed.name, [entrant], unanswered),
    targets: [
      { contestant: fairlead, metric: failed, atMost: 0 },
      { contestant: fairlead, metric: lost, atMost: 0 },
      { contestant: fairlead, metric: unanswered, atMost: 2.5 },
      { contestant: fairlead, metric: returned, atMost: 1 },
    ],
    notes: [
      "The process of a node with 1,000 Services is killed and started again under a client in one of its pods, which connects to a ClusterIP every 5 ms, holds one connection, and asks the cluster's DNS address, the one nameserver that it has, every 20 ms. A DNS pod on another node stands behind that address. DNS is unanswered from the kill to the pod's first answer.",
    ],
  };
}

export const killed: Scenario = {
  name: "node-killed",
  title: "A node's process killed under load",
  run,
};
