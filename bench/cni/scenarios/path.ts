import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { Topology } from "#test/topology/contract.ts";
import { run as runToEnd, start as startProcess } from "#test/topology/process.ts";
import type { Scenario, ScenarioContext, ScenarioResult } from "../../contract.ts";
import { headOf } from "../../head.ts";
import { type Entrant, measureRounds, missingNote } from "../../scenarios/rounds.ts";
import { compiled, succeeded } from "../caller.ts";
import { referenceContestant, shimContestant } from "../contestants.ts";
import type { Attacher, Call, Contestant } from "../contract.ts";
import {
  attacher,
  containers,
  nodeAddress,
  nodeName,
  nodes,
  podCidr,
  startAgents,
} from "../scene.ts";
import { fairlead, reference } from "../words.ts";

const onNode = "one stream, on one node";
const across = "one stream, across nodes";
const port = "5201";
const streamMs = 1_000;
const quickStreamMs = 100;
const startTimeoutMs = 5_000;
const members = [0, 1];
/** What vxlan leaves of 1500 bytes. */
const mtu = 1450;

const enter = (netns: string): readonly string[] => [
  ...["setpriv", "--pdeathsig", "KILL", "nsenter", `--net=${netns}`, "--"],
];

/** Two pods on the first node, one on the second: their namespaces, and the addresses that ADD gave. */
async function attach(context: ScenarioContext, plugins: readonly Attacher[]) {
  const netns = containers(context, 3);
  const [left = "", right = "", remote = ""] = netns;
  const calls: readonly (readonly string[])[] = [[left, right], [remote]];
  const addresses: string[] = [];
  for (const [index, plugin] of plugins.entries()) {
    const groups = (calls[index] ?? []).map((path): readonly Call[] => [
      { command: "ADD", id: path.replace(/.*\//, ""), netns: path },
    ]);
    for (const { stdout } of succeeded(plugin.name, await plugin.call(groups)))
      addresses.push(/"address": *"([^/"]+)/.exec(stdout)?.[1] ?? "");
  }
  return { client: left, servers: [right, remote], addresses: addresses.slice(1) };
}

async function serve({ arena }: ScenarioContext, stream: string, netns: string): Promise<void> {
  const server = startProcess([...enter(netns), stream, "serve", port]);
  arena.defer(() => server.stop());
  const endMs = performance.now() + startTimeoutMs;
  while (!server.output().includes("ready")) {
    if (!server.isRunning() || performance.now() > endMs)
      throw new FairleadError("FL-B002", `no server of streams: ${server.output()}`);
    await sleep(10);
  }
}

async function entrantOf(
  context: ScenarioContext,
  stream: string,
  name: string,
  plugins: readonly Attacher[],
): Promise<Entrant> {
  const { client, servers, addresses } = await attach(context, plugins);
  for (const netns of servers) await serve(context, stream, netns);
  const rate = async (address = ""): Promise<number> => {
    const duration = String(context.quick ? quickStreamMs : streamMs);
    return Number(await runToEnd([...enter(client), stream, "send", address, port, duration]));
  };
  return {
    name,
    measure: async () => [
      { metric: onNode, unit: "Gbit/s", value: await rate(addresses[0]) },
      { metric: across, unit: "Gbit/s", value: await rate(addresses[1]) },
    ],
  };
}

/** Subnets of the pods that the reference attaches. */
const ownCidr = (index: number): string => `10.245.${index + 1}.0/24`;

/** A vxlan between the two nodes as a person would make it. */
async function layTunnel(topology: Topology): Promise<void> {
  for (const index of members) {
    const other = 1 - index;
    const lines = [
      `link add hand type vxlan id 77 dstport 4789 local ${nodeAddress(index)} remote ${nodeAddress(other)}`,
      `link set hand mtu ${mtu} up`,
      `addr add 172.31.0.${index + 1}/24 dev hand`,
      `route add ${ownCidr(other)} via 172.31.0.${other + 1}`,
    ];
    await topology.place(nodeName(index)).run("ip", ["-batch", "-"], `${lines.join("\n")}\n`);
  }
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { arena } = context;
  const topology = await nodes(context, members.length);
  const sockets = await startAgents(context, topology, members.length);
  const caller = await compiled(arena, "./programs/caller.c", "caller");
  const stream = await compiled(arena, "./programs/stream.c", "stream");
  const rival = referenceContestant();
  const pluginsOf = (
    contestants: readonly Contestant[],
    bridge: string,
    subnet: (index: number) => string,
  ): Promise<readonly Attacher[]> =>
    Promise.all(
      contestants.map((contestant, index) => {
        const network = { bridge, subnet: subnet(index), mtu, masquerade: false };
        return attacher(context, topology.place(nodeName(index)), caller, contestant, network);
      }),
    );
  const own: Contestant[] = [];
  for (const socket of sockets) own.push(await shimContestant(arena, socket));
  const entrants = [
    await entrantOf(context, stream, fairlead, await pluginsOf(own, "cni0", podCidr)),
  ];
  if (rival !== undefined) {
    await layTunnel(topology);
    const plugins = await pluginsOf([rival, rival], "cni1", ownCidr);
    entrants.push(await entrantOf(context, stream, reference, plugins));
  }
  return {
    ...headOf(path, context.rounds),
    reference,
    series: await measureRounds(context, path.name, entrants, onNode),
    targets: [
      { contestant: fairlead, metric: onNode, reference, atLeast: 0.95 },
      { contestant: fairlead, metric: across, reference, atLeast: 0.95 },
    ],
    notes: [
      "One TCP stream with writes of 128 KB from a pod to another, on the same two nodes and so under the same sysctls, rules and MTU of 1450 bytes. Across nodes Fairlead's pods use the vxlan of its agents, the reference's one that is made by hand.",
      ...missingNote(rival === undefined ? [reference] : []),
    ],
  };
}

export const path: Scenario = {
  name: "cni-path",
  title: "Packets of pods: throughput",
  run,
};
