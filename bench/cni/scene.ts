/** Nodes with their agents, and namespaces that stand for containers, gone when the scenario has ended. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createNamespace, deleteNamespace } from "#linux/namespace/named.ts";
import { FairleadError } from "#observe/errors.ts";
import { buildTopology } from "#test/topology/build.ts";
import type { Place, Topology } from "#test/topology/contract.ts";
import { programUntilEnd } from "../calls.ts";
import type { Arena, ScenarioContext } from "../contract.ts";
import { attacherIn, compiled } from "./caller.ts";
import {
  emptyContestant,
  processContestant,
  referenceContestant,
  shimContestant,
} from "./contestants.ts";
import type { Attacher, Contestant, Network } from "./contract.ts";
import type { ClusterCalls } from "./programs/cluster.ts";
import type { PluginCalls } from "./programs/in-process.ts";
import { inProcess, reference } from "./words.ts";

type Owner = Pick<ScenarioContext, "arena">;

const underlay = ["192.168.50.0/24"];
const launcher = fileURLToPath(new URL("../../bin/fairlead", import.meta.url));
const startTimeoutMs = 30_000;

/** Nodes node-1, node-2, ... on one link; their Node objects give them 10.244.N.0/24. */
export async function nodes({ arena }: Owner, count: number): Promise<Topology> {
  const members = Array.from({ length: count }, (_, index) => ({
    name: nodeName(index),
    addresses: [nodeAddress(index)],
    podCidrs: [],
  }));
  const topology = await buildTopology({ underlay, nodes: members });
  arena.defer(() => topology.close());
  return topology;
}

export const nodeName = (index: number): string => `node-${index + 1}`;
export const nodeAddress = (index: number): string => `192.168.50.${index + 1}`;

/** Starts `fairlead agent` on every node, over one API server, and waits for the routes. Gives the sockets. */
export async function startAgents(
  { arena }: Owner,
  topology: Topology,
  count: number,
): Promise<readonly string[]> {
  const place = topology.place(nodeName(0));
  const cluster = programUntilEnd<ClusterCalls>(
    arena,
    place.pid,
    new URL("./programs/cluster.ts", import.meta.url),
  );
  const members = Array.from({ length: count }, (_, index) => {
    return { name: nodeName(index), address: nodeAddress(index), podCidr: podCidr(index) };
  });
  const port = await cluster.call("serve", { members });
  const master = `http://${nodeAddress(0)}:${port}`;
  return Promise.all(members.map(({ name }) => startAgent(arena, topology.place(name), master)));
}

export const podCidr = (index: number): string => `10.244.${index + 1}.0/24`;

async function startAgent(arena: Arena, place: Place, master: string): Promise<string> {
  const folder = await arena.directory();
  const socket = join(folder, "cni.sock");
  const agent = place.start(launcher, [
    "agent",
    ...["-master", master, "-node-name", place.name, "-socket", socket],
    ...["-pending-dir", join(folder, "pending"), "-metrics-bind-address", "0"],
    ...["-cni-conf-dir", join(folder, "net.d")],
  ]);
  arena.defer(() => agent.stop());
  const endMs = performance.now() + startTimeoutMs;
  // The last thing that the agent does.
  while (!agent.output().includes("the runtime's configuration is there")) {
    if (!agent.isRunning() || performance.now() > endMs)
      throw new FairleadError("FL-B002", `the agent is not ready: ${agent.output()}`);
    await sleep(50);
  }
  return socket;
}

/** Leases in memory, where the agent puts them on a node, for all contestants. */
export function leaseFolder({ arena }: Owner): string {
  const folder = mkdtempSync("/dev/shm/fairlead-bench-");
  arena.defer(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The contestant with a configuration for the network, called in the place. */
export async function attacher(
  { arena }: Owner,
  place: Place,
  caller: string,
  contestant: Contestant,
  network: Network,
): Promise<Attacher> {
  const file = await written(arena, configuration(network, leaseFolder({ arena })));
  return attacherIn(place, caller, contestant, file);
}

/** The plugin in a process of the place's network that lives on. */
function attacherInProcess({ arena }: Owner, place: Place, network: Network): Attacher {
  const program = programUntilEnd<PluginCalls>(
    arena,
    place.pid,
    new URL("./programs/in-process.ts", import.meta.url),
  );
  const config = configuration(network, leaseFolder({ arena }));
  return { name: inProcess, call: (groups) => program.call("attach", { config, groups }) };
}

/**
 * All contestants on one node, each with a bridge and addresses of its own, masqueraded; and the names of those that are
 * not installed. Of Fairlead's ways to be called all, or the one of a node.
 */
export async function attachers(
  context: ScenarioContext,
  { ways }: { readonly ways: "all" | "node" },
): Promise<{ readonly plugins: readonly Attacher[]; readonly missing: readonly string[] }> {
  const { arena } = context;
  const topology = await nodes(context, 1);
  const [socket = ""] = await startAgents(context, topology, 1);
  const caller = await compiled(arena, "./programs/caller.c", "caller");
  const rival = referenceContestant();
  const contestants = [
    await shimContestant(arena, socket),
    ...(rival === undefined ? [] : [rival]),
    ...(ways === "all" ? await processContestants(arena) : []),
  ];
  const place = topology.place(nodeName(0));
  const networkOf = (index: number): Network => {
    return { bridge: `cni${index}`, subnet: `10.${index + 1}.0.0/16`, masquerade: true };
  };
  const plugins: Attacher[] = [];
  for (const [index, contestant] of contestants.entries())
    plugins.push(await attacher(context, place, caller, contestant, networkOf(index)));
  if (ways === "all") plugins.push(attacherInProcess(context, place, networkOf(plugins.length)));
  return { plugins, missing: rival === undefined ? [reference] : [] };
}

async function processContestants(arena: Arena): Promise<readonly Contestant[]> {
  const plugin = await processContestant(arena);
  return [plugin, await emptyContestant(arena, plugin)];
}

/** What a plugin is handed on stdin. */
export function configuration(
  { bridge, subnet, mtu, masquerade }: Network,
  dataDir: string,
): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    name: bridge,
    type: "bridge",
    bridge,
    ...(mtu !== undefined && { mtu }),
    isGateway: true,
    isDefaultGateway: true,
    ipMasq: masquerade,
    ipam: { type: "host-local", dataDir, ranges: [[{ subnet }]] },
  });
}

/** Path of a file with the text. */
export async function written(arena: Arena, text: string): Promise<string> {
  const file = join(await arena.directory(), "network.conf");
  writeFileSync(file, text);
  return file;
}

let serial = 0;

/** Paths of so many namespaces. */
export function containers({ arena }: Owner, count: number): readonly string[] {
  return Array.from({ length: count }, () => {
    serial += 1;
    const name = `fl-bench-${process.pid}-${serial}`;
    const path = createNamespace(name);
    arena.defer(async () => deleteNamespace(name));
    return path;
  });
}
