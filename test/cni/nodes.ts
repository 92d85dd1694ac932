import type { ClusterState, Node, StateWriter } from "#cluster/contract.ts";
import { createClusterState } from "#cluster/state/state.ts";
import { plainNode } from "#cluster/testing/slim.ts";
import type { RouteOptions } from "#cni/agent/routes/contract.ts";
import { type NodeRoutes, startNodeRoutes } from "#cni/agent/routes/node-routes.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { buildTopology } from "#test/topology/build.ts";
import type { Topology } from "#test/topology/contract.ts";

/** Three nodes with a pod or two each, and a machine outside; no node knows a way to the others' pods. */
export interface ThreeNodes {
  readonly topology: Topology;
  readonly state: ClusterState & StateWriter;
  /** Node objects as they are first. */
  readonly objects: readonly Node[];
  /** Starts the routes of a node; the same node's again once they are closed. */
  start(name: string): RunningRoutes;
  close(): Promise<void>;
}

export interface RunningRoutes extends NodeRoutes {
  /** What was told by the last comparison. */
  last(): { readonly steps: number; readonly failures: readonly string[] } | undefined;
  stop(): Promise<void>;
}

const members = [1, 2, 3].map((n) => ({
  name: `n${n}`,
  addresses: [`192.168.50.${n}`, `fd00:50::${n}`],
  podCidrs: [`10.244.${n}.0/24`, `fd00:244:${n}::/64`],
  pods: ["a", "b"].map((letter, index) => ({
    name: `${letter}${n}`,
    addresses: [`10.244.${n}.1${index}`, `fd00:244:${n}::1${index}`],
  })),
  gateways: ["192.168.50.100", "fd00:50::100"],
}));

function nodeObject(member: {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly podCidrs: readonly string[];
}): Node {
  return {
    ...plainNode,
    name: member.name,
    addresses: member.addresses.map((address) => ({ type: "InternalIP", address })),
    podCIDRs: member.podCidrs,
  };
}

export async function threeNodes(options: Partial<RouteOptions>): Promise<ThreeNodes> {
  const topology = await buildTopology({
    underlay: ["192.168.50.0/24", "fd00:50::/64"],
    nodes: members,
    hosts: [{ name: "x", addresses: ["192.168.50.100", "fd00:50::100"] }],
  });
  const state = createClusterState();
  const objects = members.map(nodeObject);
  state.expect("Node");
  const started = new Set<RunningRoutes>();
  // The ways that the builder laid are what is to be shown here.
  for (const { name } of members)
    for (const family of ["-4", "-6"])
      await topology.place(name).run("ip", [family, "route", "flush", "proto", "boot"]);
  return {
    topology,
    state,
    objects,
    start(name) {
      const namespacePath = `/proc/${topology.place(name).pid}/ns/net`;
      const nft = openNftables({ namespacePath });
      let last: ReturnType<RunningRoutes["last"]>;
      const routes = startNodeRoutes(state, {
        nodeName: name,
        backend: "vxlan",
        directRouting: false,
        vni: 1,
        port: 8472,
        clusterCidrs: [],
        ...options,
        namespacePath,
        nft,
        periodMs: 3_600_000,
        onReconciled(result) {
          last = result;
        },
      });
      const running: RunningRoutes = {
        ...routes,
        last: () => last,
        async stop() {
          started.delete(running);
          routes.close();
          await nft.close();
        },
      };
      started.add(running);
      return running;
    },
    async close() {
      await Promise.all([...started].map((each) => each.stop()));
      await topology.close();
    },
  };
}
