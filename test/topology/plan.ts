/** What iproute2 and sysctl have to be told for a topology, place by place: text from a value, nothing else. */
import { isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { HostSpec, NodeSpec, PodSpec, TopologySpec } from "./contract.ts";

/** The bridge of a node's pods. */
const POD_BRIDGE = "pods0";

/** The switch's bridge and the place's name for it. */
export const SWITCH = "switch";

export interface PlacePlan {
  readonly name: string;
  readonly addresses: readonly string[];
  /** /proc/sys paths below net/ with their values, written before any link is up. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Links into other places, in `ip -batch` form; `@NAME@` stands for the process of a place. */
  readonly links: readonly string[];
  /** Everything else, once all links are there. */
  readonly addressing: readonly string[];
}

/** @throws Error for two places of one name, or for an address outside the underlay */
export function planTopology(spec: TopologySpec): readonly PlacePlan[] {
  const { nodes, hosts = [] } = spec;
  const pods = nodes.flatMap((node) => (node.pods ?? []).map((pod) => planPod(node, pod)));
  const places = [
    ...nodes.map((node) => planNode(spec, node)),
    ...hosts.map((host) => planHost(spec, host)),
  ];
  const plans = [planSwitch([...nodes, ...hosts]), ...places, ...pods];
  for (const { name } of plans) {
    if (plans.filter((other) => other.name === name).length > 1)
      throw new Error(`two places of the topology are called ${name}`);
  }
  return plans;
}

const plain = {
  "ipv4/conf/all/rp_filter": "0",
  "ipv4/conf/default/rp_filter": "0",
  "ipv6/conf/all/accept_dad": "0",
  "ipv6/conf/default/accept_dad": "0",
  "ipv6/conf/default/autoconf": "0",
  "ipv6/conf/default/accept_ra": "0",
};

function planSwitch(members: readonly { readonly name: string }[]): PlacePlan {
  return {
    name: SWITCH,
    addresses: [],
    // A switch looks at no packet.
    sysctls: {
      ...plain,
      "bridge/bridge-nf-call-iptables": "0",
      "bridge/bridge-nf-call-ip6tables": "0",
    },
    links: [`link add name ${SWITCH} type bridge stp_state 0 forward_delay 0`],
    addressing: [
      `link set ${SWITCH} up`,
      ...members.flatMap((_, index) => [
        `link set ${port(index)} master ${SWITCH}`,
        `link set ${port(index)} up`,
      ]),
    ],
  };
}

function planNode(spec: TopologySpec, node: NodeSpec): PlacePlan {
  const pods = node.pods ?? [];
  const others = spec.nodes.filter((other) => other !== node);
  const gateways = node.podCidrs.map((cidr) => `${firstAddress(cidr)}/${lengthOf(cidr)}`);
  return {
    name: node.name,
    addresses: node.addresses,
    sysctls: {
      ...plain,
      "ipv4/ip_forward": "1",
      // Refusals are counted by tests: each of them is sent.
      "ipv4/icmp_ratelimit": "0",
      "ipv6/icmp/ratelimit": "0",
      "ipv6/conf/all/forwarding": "1",
      "bridge/bridge-nf-call-iptables": "1",
      "bridge/bridge-nf-call-ip6tables": "1",
    },
    links: [
      uplink(spec, node.name),
      `link add name ${POD_BRIDGE} type bridge stp_state 0 forward_delay 0`,
      ...pods.map(
        (pod, index) => `link add name pod${index} type veth peer name eth0 netns @${pod.name}@`,
      ),
    ],
    addressing: [
      ...onUnderlay(spec, node.addresses),
      ...gateways.map((gateway) => addAddress(gateway, POD_BRIDGE)),
      `link set ${POD_BRIDGE} up`,
      ...pods.flatMap((_, index) => [
        `link set pod${index} master ${POD_BRIDGE}`,
        // A pod that reaches itself through a Service gets its packet back from the port it came in by.
        `link set pod${index} type bridge_slave hairpin on`,
        `link set pod${index} up`,
      ]),
      ...others.flatMap((other) =>
        other.podCidrs.map((cidr) => `route add ${cidr} via ${sameFamily(other.addresses, cidr)}`),
      ),
      ...(node.gateways ?? []).map((gateway) => `route add default via ${gateway}`),
    ],
  };
}

function planHost(spec: TopologySpec, host: HostSpec): PlacePlan {
  return {
    name: host.name,
    addresses: host.addresses,
    sysctls: plain,
    links: [uplink(spec, host.name)],
    addressing: [
      ...onUnderlay(spec, host.addresses),
      ...(host.routes ?? []).map(({ to, via }) => `route add ${to} via ${via}`),
      ...(host.owns ?? []).map((prefix) => `route add local ${prefix} dev lo`),
    ],
  };
}

function planPod(node: NodeSpec, pod: PodSpec): PlacePlan {
  const inCidr = pod.addresses.map(
    (address) => `${address}/${lengthOf(prefixOf(node.podCidrs, address))}`,
  );
  return {
    name: pod.name,
    addresses: pod.addresses,
    sysctls: plain,
    links: [],
    addressing: [
      "link set lo up",
      "link set eth0 up",
      ...inCidr.map((address) => addAddress(address, "eth0")),
      ...node.podCidrs
        .filter((cidr) => pod.addresses.some((address) => isIPv6(address) === cidr.includes(":")))
        .map((cidr) => `route add default via ${firstAddress(cidr)}`),
    ],
  };
}

/** Nodes and hosts are plugged into the switch in the order of the spec. */
function uplink({ nodes, hosts = [] }: TopologySpec, name: string): string {
  const index = [...nodes, ...hosts].findIndex((member) => member.name === name);
  return `link add name eth0 type veth peer name ${port(index)} netns @${SWITCH}@`;
}

function onUnderlay({ underlay }: TopologySpec, addresses: readonly string[]): string[] {
  const own = addresses.map((address) => ({ address, prefix: prefixOf(underlay, address) }));
  const elsewhere = underlay.filter((prefix) => own.every((mine) => mine.prefix !== prefix));
  return [
    "link set lo up",
    "link set eth0 up",
    ...own.map(({ address, prefix }) => addAddress(`${address}/${lengthOf(prefix)}`, "eth0")),
    // The whole underlay is one wire, whichever of its prefixes an address is from.
    ...elsewhere.map((prefix) => `route add ${prefix} dev eth0`),
  ];
}

const port = (index: number): string => `port${index}`;

const addAddress = (address: string, device: string): string =>
  `address add ${address} dev ${device}${address.includes(":") ? " nodad" : ""}`;

const lengthOf = (cidr: string): string => cidr.split("/")[1] ?? "";

function prefixOf(prefixes: readonly string[], address: string): string {
  const parsed = ipaddr.parse(address);
  const found = prefixes.find((prefix) => {
    const [network, length] = ipaddr.parseCIDR(prefix);
    return network.kind() === parsed.kind() && parsed.match(network, length);
  });
  if (found === undefined) throw new Error(`${address} lies in none of ${prefixes.join(", ")}`);
  return found;
}

/** The gateway of a podCIDR, as host-local has it: its first address after the network's own. */
function firstAddress(cidr: string): string {
  const bytes = ipaddr.parseCIDR(cidr)[0].toByteArray();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return ipaddr.fromByteArray(bytes).toString();
}

function sameFamily(addresses: readonly string[], cidr: string): string {
  const found = addresses.find((address) => isIPv6(address) === cidr.includes(":"));
  if (found === undefined)
    throw new Error(`no address of ${addresses.join(", ")} leads to ${cidr}`);
  return found;
}
