import type { DataType, NamedSet } from "#linux/nft/contract.ts";
import type { LayoutOptions } from "./contract.ts";

/**
 * Every set and map of a family's table; their number does not depend on how many Services there are. "K" stands for
 * `ip daddr . meta l4proto . th dport`.
 */
export function namedSets(options: LayoutOptions): readonly NamedSet[] {
  const address: DataType = options.family === 4 ? "ipv4_addr" : "ipv6_addr";
  const frontend: readonly DataType[] = [address, "inet_proto", "inet_service"];
  const toClass = { key: frontend, data: ["classid"] } as const;
  const slot: readonly DataType[] = [...frontend, "classid"];
  const backend: readonly DataType[] = [address, "inet_service"];
  const perEndpoint = options.endpointCounters ? { counter: true } : {};
  const clients = {
    key: [...frontend, address],
    data: ["classid"],
    dynamic: true,
    timeout: {},
    size: options.affinityEntries,
  } as const;
  return [
    // K of ClusterIPs and frontends -> class; counts new connections.
    { name: "services", ...toClass, counter: true },
    // K of a load balancer's address with source ranges -> class, once the source is allowed.
    { name: "behind", ...toClass },
    { name: "allowed", key: [...frontend, address], interval: true },
    // K of a frontend -> its ClusterIP, and its port where that differs.
    { name: "canonical_address", key: frontend, data: [address] },
    { name: "canonical_port", key: frontend, data: ["inet_service"] },
    // K of the ClusterIP -> class for what came in by a frontend: cluster policy, local policy.
    { name: "pick", ...toClass },
    { name: "pick_local", ...toClass },
    // K of the ClusterIP and a slot -> backend.
    { name: "endpoints", key: slot, data: backend, ...perEndpoint },
    // Affinity: K and a slot -> slot number -> backend; K and client -> slot number.
    { name: "slot_ids", key: slot, data: ["classid"] },
    { name: "slots", key: ["classid"], data: backend, ...perEndpoint },
    { name: "clients", ...clients },
    { name: "clients_local", ...clients },
    // K of frontends whose connections are masqueraded: all, or those of the node itself.
    { name: "masquerade_all", key: frontend },
    { name: "masquerade_node", key: frontend },
    { name: "cluster_ips", key: [address] },
    // A backend that connects to itself.
    { name: "hairpin", key: [address, address] },
    { name: "service_cidrs", key: [address], interval: true },
    { name: "local_sources", key: [address], interval: true },
    // Classes: all of them, those behind source ranges, those behind a frontend's rewriting.
    { name: "classes", key: ["classid"], data: "verdict" },
    { name: "guarded_classes", key: ["classid"], data: "verdict" },
    { name: "endings", key: ["classid"], data: "verdict" },
  ];
}

/** Sets that the packet path fills: their content is nobody's desired state. */
export const packetSets: readonly string[] = ["clients", "clients_local"];

/** Names of the sets whose every element this proxy has put there. */
export function ownSets(options: LayoutOptions): readonly string[] {
  return namedSets(options)
    .map(({ name }) => name)
    .filter((name) => !packetSets.includes(name));
}
