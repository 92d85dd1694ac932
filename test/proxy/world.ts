/** The places of the suite, their addresses, and what serves in them. */
import { buildTopology } from "#test/topology/build.ts";
import type { Topology, TopologySpec } from "#test/topology/contract.ts";

/** The node that the proxy runs on; `n2` is a node without one. */
export const NODE = "n1";

/** Outside of the cluster: the API server, the nodes' default gateway, and the end of every packet that leaks. */
export const GATEWAY = "gw";

/** Answers for every address of the cluster's Services that no proxy has taken. */
export const LEAK = "leak";

export const apiServer = { address: "192.168.50.1", port: 6443 } as const;
export const serviceCidrs = ["10.96.0.0/16", "fd00:10:96::/112"] as const;
export const podCidrs = ["10.244.0.0/16", "fd00:244::/48"] as const;

/** Addresses of load balancers and external IPs: routed to the node by outside hosts, to the gateway by the node. */
const balancerCidr = "203.0.113.0/24";

export const spec: TopologySpec = {
  underlay: ["192.168.50.0/24", "198.51.100.0/24", "fd00:50::/64", "2001:db8:1::/64"],
  nodes: [
    {
      name: NODE,
      addresses: ["192.168.50.2", "fd00:50::2", "192.168.50.12"],
      podCidrs: ["10.244.0.0/24", "fd00:244:0:0::/64"],
      gateways: ["192.168.50.1", "fd00:50::1"],
      pods: [
        { name: "C", addresses: ["10.244.0.10", "fd00:244::10"] },
        { name: "A", addresses: ["10.244.0.11", "fd00:244::11"] },
        { name: "B", addresses: ["10.244.0.12", "fd00:244::12"] },
      ],
    },
    {
      name: "n2",
      addresses: ["192.168.50.3", "fd00:50::3"],
      podCidrs: ["10.244.1.0/24", "fd00:244:0:1::/64"],
      gateways: ["192.168.50.1", "fd00:50::1"],
      pods: [
        { name: "R", addresses: ["10.244.1.11", "fd00:244:0:1::11"] },
        { name: "S", addresses: ["10.244.1.12", "fd00:244:0:1::12"] },
      ],
    },
  ],
  hosts: [
    {
      name: GATEWAY,
      addresses: [apiServer.address, "fd00:50::1"],
      owns: [serviceCidrs[0], serviceCidrs[1], balancerCidr],
      routes: [
        { to: "10.244.0.0/24", via: "192.168.50.2" },
        { to: "10.244.1.0/24", via: "192.168.50.3" },
        { to: "fd00:244:0:0::/64", via: "fd00:50::2" },
        { to: "fd00:244:0:1::/64", via: "fd00:50::3" },
      ],
    },
    {
      name: "X",
      addresses: ["198.51.100.10", "198.51.100.20", "2001:db8:1::10"],
      routes: [
        { to: serviceCidrs[0], via: "192.168.50.2" },
        { to: serviceCidrs[1], via: "fd00:50::2" },
        { to: balancerCidr, via: "192.168.50.2" },
        { to: "10.244.0.0/24", via: "192.168.50.2" },
        { to: "10.244.1.0/24", via: "192.168.50.3" },
        { to: "fd00:244:0:0::/64", via: "fd00:50::2" },
        { to: "fd00:244:0:1::/64", via: "fd00:50::3" },
      ],
    },
  ],
};

/** Which node an endpoint is on, by the name of its place. */
export const nodeOf: Readonly<Record<string, string>> = Object.fromEntries(
  spec.nodes.flatMap(({ name, pods = [] }) => [
    [name, name],
    ...pods.map((pod) => [pod.name, name]),
  ]),
);

/** Addresses of a place by its name. */
export const addressesOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [...spec.nodes, ...(spec.hosts ?? []), ...spec.nodes.flatMap(({ pods = [] }) => pods)].map(
    ({ name, addresses }) => [name, addresses],
  ),
);

/** Whom a server sees when the node has put its own address in the client's place. */
export const nodeSources: readonly string[] = [
  ...(addressesOf[NODE] ?? []),
  "10.244.0.1",
  "fd00:244::1",
];

const podPorts = [8080, 8081];
export const hostPort = 9080;
const leakPort = 9999;

/** The sentinel's two servers: see sentinel.ts. */
export const sentinelPorts = [7001, 7002] as const;

/** Whatever is sent to a Service's address and arrives here is answered here, by LEAK. */
const catchLeaks = `
table inet leak {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr { ${serviceCidrs[0]}, ${balancerCidr} } meta l4proto { tcp, udp } redirect to :${leakPort}
    ip6 daddr ${serviceCidrs[1]} meta l4proto { tcp, udp } redirect to :${leakPort}
  }
}
`;

/** Builds it and starts the servers in it. */
export async function buildWorld(): Promise<Topology> {
  const topology = await buildTopology(spec);
  try {
    await topology.place(GATEWAY).run("nft", ["-f", "-"], catchLeaks);
    await Promise.all([
      ...["A", "B", "R", "S"].map((pod) => serve(topology, pod, podPorts)),
      ...spec.nodes.map(({ name }) => serve(topology, name, [hostPort])),
      serve(topology, GATEWAY, [leakPort], LEAK),
      serve(topology, GATEWAY, sentinelPorts),
    ]);
    return topology;
  } catch (error) {
    await topology.close();
    throw error;
  }
}

async function serve(
  topology: Topology,
  place: string,
  ports: readonly number[],
  name = place,
): Promise<void> {
  const agent = await topology.place(place).agent();
  for (const port of ports) {
    await agent.serve({ transport: "tcp", name, port });
    await agent.serve({ transport: "udp", name, port });
  }
}
