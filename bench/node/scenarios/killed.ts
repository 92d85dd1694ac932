import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Agent, Started } from "#test/topology/contract.ts";
import type { Program } from "../../calls.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, type Figure, measureRounds } from "../../scenarios/rounds.ts";
import type { NodeAddress } from "../contract.ts";
import type { AskCalls } from "../programs/ask.ts";
import { monotonicMs } from "../programs/clock.ts";
import {
  nodes,
  podOf,
  programIn,
  pulse,
  server,
  startCluster,
  startDnsPod,
  startNode,
  threeNodes,
  whoName,
} from "../scene.ts";
import { nodeServes, untilSaid, untilSeen } from "../wait.ts";
import { clusterDns, fairlead } from "../words.ts";

/** 200 connections a second. */
const everyMs = 5;
/** For what is under way before and after. */
const quietMs = 500;

const failed = "failed connections through a ClusterIP, 200 a second";
const lost = "established connections lost";
const unanswered = "DNS unanswered after kill -9";
const returned = "from the process's readiness to DNS from the node";

interface Subject {
  readonly node: NodeAddress;
  readonly client: Agent;
  readonly asker: Program<AskCalls>;
  readonly start: () => Promise<Started>;
  readonly dnsPod: Started;
  readonly podAddress: string;
  process: Started;
}

async function begin(context: ScenarioContext): Promise<Subject> {
  const { arena } = context;
  const topology = await threeNodes(context);
  const [node, other] = nodes;
  if (node === undefined || other === undefined)
    throw new FairleadError("FL-B001", "the scene has too few nodes");
  const agent = await topology.place(server.name).agent();
  await agent.serve({ transport: "tcp", name: server.name, port: pulse.endpoint.port });
  const { cluster, url } = await startCluster(context, topology);
  await cluster.call("addPulse", pulse);
  await cluster.call("setPulse", { pulse, isReady: true });
  const directory = await arena.directory();
  const podPlace = topology.place(podOf(other));
  const [podAddress = ""] = podPlace.addresses;
  const dnsPod = await startDnsPod(podPlace, directory);
  await cluster.call("addDnsPod", podAddress);
  const options = { node, url, directory, components: "dns,proxy" };
  const start = () => startNode(topology.place(node.name), options);
  const asker = programIn<AskCalls>(context, topology.place(podOf(node)), "ask.ts");
  await asker.call("start", { server: clusterDns, name: whoName });
  const client = await topology.place(podOf(node)).agent();
  const process = await start();
  const subject: Subject = { node, client, asker, start, dnsPod, podAddress, process };
  await firstAnswer(subject, node.address);
  return subject;
}

async function figures(subject: Subject): Promise<readonly Figure[]> {
  const { client, asker, node, dnsPod, podAddress } = subject;
  const { clusterIp: address, port } = pulse;
  const connection = { transport: "tcp", address, port, timeoutMs: 2_000 } as const;
  const held = await client.hold(connection);
  if (held.kind !== "answer") throw new FairleadError("FL-B003", `no connection: ${held.reason}`);
  const { id } = await client.startFlow({ ...connection, reuse: false, everyMs });
  await sleep(quietMs);

  const killedAtMs = monotonicMs();
  subject.process.kill("SIGKILL");
  await subject.process.ended;
  const byPod = await firstAnswer({ asker, process: dnsPod }, podAddress);
  await sleep(quietMs);

  const startedAtMs = monotonicMs();
  subject.process = await subject.start();
  await untilSaid(subject.process, nodeServes);
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
function firstAnswer(
  { asker, process }: Pick<Subject, "asker" | "process">,
  address: string,
): Promise<number> {
  return untilSeen(`${address} does not answer`, process, async () => {
    const answers = await asker.call("taken");
    return answers.find((answer) => answer.address === address)?.atMs;
  });
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
