/** Network namespaces for one scenario, gone when it has ended. */
import { buildTopology } from "#test/topology/build.ts";
import type { Place, PodSpec, Topology, TopologySpec } from "#test/topology/contract.ts";
import { type Calls, type Program, programUntilEnd, startProgram } from "../calls.ts";
import type { Arena, ScenarioContext } from "../contract.ts";
import type { ProbeService } from "./contract.ts";
import { nodeName } from "./data/mix.ts";

type Owner = Pick<ScenarioContext, "arena">;

const underlay = ["192.168.50.0/24"];
export const nodeAddress = "192.168.50.2";

/** A node alone: a table can be made in it. */
export async function bareNode({ arena }: Owner): Promise<Place> {
  const topology = await built(arena, { underlay, nodes: [node([])] });
  return topology.place(nodeName);
}

/** The same for one measurement, closed before the scenario ends. */
export async function withBareNode<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const topology = await buildTopology({ underlay, nodes: [node([])] });
  try {
    return await work(topology.place(nodeName));
  } finally {
    await topology.close();
  }
}

const pods = {
  client: { name: "client", addresses: ["10.244.0.2"] },
  left: { name: "left", addresses: ["10.244.0.3"] },
  right: { name: "right", addresses: ["10.244.0.4"] },
  /** On the second node. */
  remote: { name: "remote", addresses: ["10.244.1.2"] },
} as const;

export type PodName = keyof typeof pods;

/** A node with a client's pod and two servers' pods, and a second node with another server's. */
export async function twoNodes({ arena }: Owner): Promise<Topology> {
  const { client, left, right, remote } = pods;
  const second = { name: "node-2", addresses: ["192.168.50.3"], podCidrs: ["10.244.1.0/24"] };
  return built(arena, {
    underlay,
    nodes: [node([client, left, right]), { ...second, pods: [remote] }],
  });
}

/** A program of programs/ in a place, until the scenario ends. */
export function programIn<C extends Calls>(
  { arena }: Owner,
  place: Place,
  file: string,
): Program<C> {
  return programUntilEnd<C>(arena, place.pid, new URL(`./programs/${file}`, import.meta.url));
}

/** The same for one measurement. */
export async function withProgram<C extends Calls, T>(
  place: Place,
  file: string,
  work: (program: Program<C>) => Promise<T>,
): Promise<T> {
  const program = startProgram<C>(place.pid, new URL(`./programs/${file}`, import.meta.url));
  try {
    return await work(program);
  } finally {
    await program.stop();
  }
}

/** Port of every server. */
export const serverPort = 8080;

/** Services of the scene's own lie beyond the mix's addresses. */
export function probeOf(name: string, number: number, server: PodName): ProbeService {
  const endpoint = { address: pods[server].addresses[0], port: serverPort };
  return { name, clusterIp: `10.96.250.${number}`, port: 80, endpoint };
}

function node(ownPods: readonly PodSpec[]) {
  return { name: nodeName, addresses: [nodeAddress], podCidrs: ["10.244.0.0/24"], pods: ownPods };
}

async function built(arena: Arena, spec: TopologySpec): Promise<Topology> {
  const topology = await buildTopology(spec);
  arena.defer(() => topology.close());
  return topology;
}
