/** Three nodes with a pod each, and the API server on a machine of its own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTopology } from "#test/topology/build.ts";
import type { Place, Started, Topology } from "#test/topology/contract.ts";
import { type Calls, type Program, programUntilEnd } from "../calls.ts";
import type { ScenarioContext } from "../contract.ts";
import type { NodeAddress, Pulse } from "./contract.ts";
import type { ClusterCalls } from "./programs/cluster.ts";

export const nodes: readonly NodeAddress[] = [1, 2, 3].map((number) => ({
  name: `node-${number}`,
  address: `192.168.50.${number + 1}`,
  podCidr: `10.244.${number}.0/24`,
}));

const control = { name: "control", address: "192.168.50.100" } as const;
/** Another pod, of the first node. */
export const server = { name: "server", address: "10.244.1.9" } as const;

export const podOf = ({ name }: NodeAddress): string => `pod-of-${name}`;

export async function threeNodes({ arena }: ScenarioContext): Promise<Topology> {
  const topology = await buildTopology({
    underlay: ["192.168.50.0/24"],
    nodes: nodes.map(({ name, address, podCidr }, index) => ({
      name,
      addresses: [address],
      podCidrs: [podCidr],
      pods: [
        { name: podOf(nodes[index] as NodeAddress), addresses: [`10.244.${index + 1}.2`] },
        ...(index === 0 ? [{ name: server.name, addresses: [server.address] }] : []),
      ],
    })),
    hosts: [{ name: control.name, addresses: [control.address] }],
  });
  arena.defer(() => topology.close());
  return topology;
}

const services = 1_000;
const quickServices = 50;
const endpointsPerService = 3;

interface Cluster {
  readonly cluster: Program<ClusterCalls>;
  readonly url: string;
}

/** The API server with 1,000 Services of three endpoints each, and the nodes. */
export async function startCluster(context: ScenarioContext, topology: Topology): Promise<Cluster> {
  context.progress.update("API server");
  const cluster = programIn<ClusterCalls>(context, topology.place(control.name), "cluster.ts");
  const size = { services: context.quick ? quickServices : services, endpointsPerService };
  const url = await cluster.call("serve", { host: control.address, nodes, ...size });
  return { cluster, url };
}

/** What comes and goes: the server's pod, behind a ClusterIP and behind a headless name. */
export const pulse: Pulse = {
  clusterIp: "10.96.250.1",
  port: 80,
  dnsName: "pulse-headless.bench.svc.cluster.local.",
  endpoint: { address: server.address, port: 8080, nodeName: "node-1" },
};

/** A program of programs/ in a place, until the scenario ends. */
export function programIn<C extends Calls>(
  { arena }: ScenarioContext,
  place: Place,
  file: string,
): Program<C> {
  return programUntilEnd<C>(arena, place.pid, new URL(`./programs/${file}`, import.meta.url));
}

const fairlead = fileURLToPath(new URL("../../bin/fairlead", import.meta.url));

interface StartOptions {
  readonly node: NodeAddress;
  /** Of the API server. */
  readonly url: string;
  /** An empty directory: nothing is written elsewhere. */
  readonly directory: string;
  readonly components: string;
}

/** A name that each server answers with its own address. */
export const whoName = "who.test.";

const hosts = (address: string): string => `hosts {
       ${address} ${whoName}
       fallthrough
    }`;

/** kubeadm's, without a forwarder: nothing is asked of the world outside. */
const corefile = (address: string): string => `.:53 {
    errors
    ${hosts(address)}
    health 127.0.0.1:8080
    ready 127.0.0.1:8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus 127.0.0.1:9153
    cache 30
    loop
    reload
    loadbalance
}
`;

/** The size of the machine's connection table is not a namespace's to set. */
const proxyConfig = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
conntrack:
  maxPerCore: 0
`;

/** The node's process, as it runs in a cluster. */
export async function startNode(place: Place, options: StartOptions): Promise<Started> {
  const { node, url, directory, components } = options;
  const file = (name: string): string => join(directory, `${node.name}-${name}`);
  await writeFile(file("Corefile"), corefile(node.address));
  await writeFile(file("proxy.yaml"), proxyConfig);
  return place.start(fairlead, [
    ...["node", "--components", components, "--node-name", node.name, "--master", url],
    ...["--corefile", file("Corefile"), "--proxy-config", file("proxy.yaml")],
    ...["--cluster-cidr", "10.244.0.0/16", "--pending-dir", file("pending")],
    ...["--lease-dir", file("leases"), "--socket", file("cni.sock")],
  ]);
}

/** One of the cluster's DNS pods. It knows no cluster. */
export async function startDnsPod(place: Place, directory: string): Promise<Started> {
  const [address = ""] = place.addresses;
  const file = join(directory, "Corefile-of-pod");
  await writeFile(file, `.:53 {\n    errors\n    ${hosts(address)}\n}\n`);
  return place.start(fairlead, ["dns", "-conf", file]);
}
