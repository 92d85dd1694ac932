/** A whole rule set of a Service proxy, for either family: the shapes that linux/nft must get right. */
import type { Chain, DataType, Expression, NamedSet, Operation, Statement } from "../contract.ts";
import {
  addElements,
  addRules,
  cidr,
  counter,
  ct,
  goto,
  inSet,
  jump,
  key,
  lookup,
  match,
  meta,
  numgen,
  payload,
  rule,
  set,
  to,
  verdict,
  vmap,
  word,
} from "./words.ts";

const CLUSTER_SLOT = 0xf0000000;
const LOCAL_SLOT = 0xf0010000;
const CLIENT_SLOT = 0xf1000000;
const RTN_LOCAL = word(2);
const STATE_NEW = 0x8;
const STATUS_DNAT = 0x20;

interface ServiceAddresses {
  readonly clusterIps: readonly [web: string, cart: string, gateway: string];
  readonly node: string;
  readonly balancer: string;
  readonly pods: readonly [string, string, string];
  readonly remotePods: readonly [string, string, string];
  readonly serviceCidr: string;
  readonly clusterCidr: string;
  readonly nodeCidr: string;
  readonly allowedCidr: string;
}

export const addresses: Readonly<Record<"ip" | "ip6", ServiceAddresses>> = {
  ip: {
    clusterIps: ["10.96.0.1", "10.96.0.2", "10.96.0.3"],
    node: "192.168.50.2",
    balancer: "203.0.113.3",
    pods: ["10.244.0.11", "10.244.0.12", "10.244.0.13"],
    remotePods: ["10.244.1.11", "10.244.1.12", "10.244.1.13"],
    serviceCidr: "10.96.0.0/16",
    clusterCidr: "10.244.0.0/16",
    nodeCidr: "10.244.0.0/24",
    allowedCidr: "198.51.100.0/24",
  },
  ip6: {
    clusterIps: ["fd00:96::1", "fd00:96::2", "fd00:96::3"],
    node: "fd00:50::2",
    balancer: "2001:db8::3",
    pods: ["fd00:244::11", "fd00:244::12", "fd00:244::13"],
    remotePods: ["fd00:244:0:1::11", "fd00:244:0:1::12", "fd00:244:0:1::13"],
    serviceCidr: "fd00:96::/112",
    clusterCidr: "fd00:244::/48",
    nodeCidr: "fd00:244::/64",
    allowedCidr: "2001:db8:100::/56",
  },
};

const l4proto = meta("l4proto");
const priority = meta("priority");

function words(family: "ip" | "ip6") {
  const daddr = payload(`${family} daddr`);
  const saddr = payload(`${family} saddr`);
  const frontend = [daddr, l4proto, payload("th dport")];
  return { daddr, saddr, frontend, client: [...frontend, saddr] };
}

const natProtocols: Statement = {
  kind: "matchAny",
  left: l4proto,
  values: [6, 17, 132].map((protocol) => Uint8Array.of(protocol)),
  negated: false,
};

function serviceSets(family: "ip" | "ip6"): readonly NamedSet[] {
  const address: DataType = family === "ip" ? "ipv4_addr" : "ipv6_addr";
  const frontend: readonly DataType[] = [address, "inet_proto", "inet_service"];
  const slot: readonly DataType[] = [...frontend, "classid"];
  const backend: readonly DataType[] = [address, "inet_service"];
  const affinity = {
    key: [...frontend, address],
    data: ["classid"],
    dynamic: true,
    timeout: {},
    size: 262144,
  } as const;
  return [
    { name: "services", key: frontend, data: "verdict", counter: true },
    { name: "behind", key: frontend, data: "verdict", counter: true },
    { name: "allowed", key: [...frontend, address], interval: true },
    { name: "canon_ip", key: frontend, data: [address] },
    { name: "canon_port", key: frontend, data: ["inet_service"] },
    { name: "pick", key: frontend, data: "verdict" },
    { name: "local", key: frontend, data: "verdict", counter: true },
    { name: "endpoints", key: slot, data: backend, counter: true },
    { name: "aff_pick", key: slot, data: ["classid"] },
    { name: "slots", key: ["classid"], data: backend, counter: true },
    { name: "affinity", ...affinity },
    { name: "affinity_local", ...affinity },
    { name: "masq", key: frontend, data: "verdict" },
    { name: "cluster_ips", key: [address] },
    { name: "service_cidrs", key: [address], interval: true },
    { name: "cluster_cidr", key: [address], interval: true },
    { name: "local_pods", key: [address], interval: true },
    { name: "hairpin", key: [address, address] },
  ];
}

const chains: readonly Chain[] = [
  ...["refuse", "dispatch", "fw", "canon", "ext", "ext-local", "to-endpoint", "to-slot"],
  ...["masq-all", "masq-node", "source-nat"],
].map((name) => ({ name }));

const hooked: readonly Chain[] = [
  {
    name: "prerouting",
    hook: { type: "nat", hook: "prerouting", priority: -100, policy: "accept" },
  },
  { name: "output", hook: { type: "nat", hook: "output", priority: -100, policy: "accept" } },
  {
    name: "clean-pre",
    hook: { type: "filter", hook: "prerouting", priority: -99, policy: "accept" },
  },
  { name: "clean-out", hook: { type: "filter", hook: "output", priority: -99, policy: "accept" } },
  {
    name: "postrouting",
    hook: { type: "nat", hook: "postrouting", priority: 100, policy: "accept" },
  },
];

const masquerade: Statement = { kind: "masquerade", fullyRandom: true };
const fromNode = match({ kind: "fib", of: "saddr", result: "type" }, RTN_LOCAL);
const isScratch: Statement = { kind: "match", left: priority, op: ">=", right: word(CLUSTER_SLOT) };
const isNew: Statement = {
  kind: "matchBits",
  left: ct("state"),
  mask: STATE_NEW,
  op: "!=",
  value: 0,
};
const isTranslated: Statement = {
  kind: "matchBits",
  left: ct("status"),
  mask: STATUS_DNAT,
  op: "!=",
  value: 0,
};
const clean = rule(
  isScratch,
  isNew,
  set("meta priority", { kind: "constant", type: "classid", value: word(0) }),
);

function fixedRules(family: "ip" | "ip6"): Operation[] {
  const { daddr, saddr, frontend, client } = words(family);
  const lost = rule(counter, verdict("drop"));
  const canonicalPort = (protocol: number, target: "tcp dport" | "udp dport" | "sctp dport") =>
    rule(match(l4proto, Uint8Array.of(protocol)), set(target, lookup(frontend, "canon_port")));
  const dnat = (parts: readonly Expression[], map: string): Statement => ({
    kind: "dnatMap",
    family,
    key: parts,
    map,
    withPort: true,
  });
  const original = ct(`original ${family} daddr`);
  return [
    ...addRules(
      "refuse",
      rule(match(l4proto, Uint8Array.of(6)), { kind: "reject", with: "tcp reset" }),
      rule({ kind: "reject", with: "port-unreachable" }),
    ),
    ...addRules(
      "dispatch",
      rule(vmap(frontend, "services")),
      rule(inSet([daddr], "cluster_ips"), goto("refuse")),
      rule(inSet([daddr], "service_cidrs"), counter, verdict("drop")),
    ),
    ...addRules(
      "fw",
      rule(inSet(client, "allowed", true), counter, verdict("drop")),
      rule(vmap(frontend, "behind")),
      lost,
    ),
    ...addRules(
      "canon",
      rule(set(`${family} daddr`, lookup(frontend, "canon_ip"))),
      canonicalPort(6, "tcp dport"),
      canonicalPort(17, "udp dport"),
      canonicalPort(132, "sctp dport"),
    ),
    ...addRules("ext", rule(jump("canon")), rule(vmap(frontend, "pick")), lost),
    ...addRules(
      "ext-local",
      rule(inSet([saddr], "local_pods"), goto("ext")),
      rule(fromNode, goto("ext")),
      rule(jump("canon")),
      rule(vmap(frontend, "local")),
      lost,
    ),
    ...addRules(
      "to-endpoint",
      rule(natProtocols, dnat([...frontend, priority], "endpoints")),
      lost,
    ),
    ...addRules("to-slot", rule(natProtocols, dnat([priority], "slots"))),
    ...addRules("masq-all", rule(masquerade)),
    ...addRules("masq-node", rule(fromNode, masquerade)),
    ...addRules("prerouting", rule(jump("dispatch"))),
    ...addRules("output", rule(jump("dispatch"))),
    ...addRules("clean-pre", clean),
    ...addRules("clean-out", clean),
    ...addRules("postrouting", rule(isTranslated, goto("source-nat"))),
    ...addRules(
      "source-nat",
      rule(inSet([saddr, daddr], "hairpin"), masquerade),
      rule(natProtocols, vmap([original, l4proto, ct("original proto-dst")], "masq")),
      rule(inSet([original], "cluster_ips"), inSet([saddr], "cluster_cidr", true), masquerade),
    ),
  ];
}

/** Table, sets, fixed chains and the CIDRs. */
export function baseTransaction(family: "ip" | "ip6"): readonly Operation[] {
  const { serviceCidr, clusterCidr, nodeCidr } = addresses[family];
  return [
    { kind: "addTable" },
    ...serviceSets(family).map((each): Operation => ({ kind: "addSet", set: each })),
    ...[...chains, ...hooked].map((chain): Operation => ({ kind: "addChain", chain })),
    ...fixedRules(family),
    addElements("service_cidrs", cidr(serviceCidr)),
    addElements("cluster_cidr", cidr(clusterCidr)),
    addElements("local_pods", cidr(nodeCidr)),
  ];
}

/** A chain that spreads over so many endpoints. */
export function spreadChain(name: string, count: number, offset = CLUSTER_SLOT): Operation[] {
  return [
    { kind: "addChain", chain: { name } },
    ...addRules(name, rule(set("meta priority", numgen(count, offset))), rule(goto("to-endpoint"))),
  ];
}

/** A chain that keeps clients with their endpoints. */
function affinityChain(family: "ip" | "ip6", timeoutSeconds: number, count: number): Operation[] {
  const name = `aff-${timeoutSeconds}-${count}`;
  const { frontend, client } = words(family);
  const change = (op: "update" | "delete"): Statement => ({
    kind: "dynamic",
    op,
    set: "affinity",
    key: client,
    data: priority,
    ...(op === "update" ? { timeoutMs: timeoutSeconds * 1000 } : {}),
  });
  const draw = [
    rule(set("meta priority", numgen(count, CLUSTER_SLOT))),
    rule(set("meta priority", lookup([...frontend, priority], "aff_pick"))),
    rule(change("update")),
  ];
  return [
    { kind: "addChain", chain: { name } },
    ...addRules(
      name,
      ...draw,
      rule(set("meta priority", lookup(client, "affinity"))),
      rule(jump("to-slot")),
      rule(change("delete")),
      ...draw,
      rule(jump("to-slot")),
      rule(counter, verdict("drop")),
    ),
  ];
}

/** Three Services: a NodePort, one with affinity, a load balancer with source ranges and local policy. */
export function serviceTransaction(family: "ip" | "ip6"): readonly Operation[] {
  const { clusterIps, node, balancer, pods, remotePods, allowedCidr } = addresses[family];
  const [web, cart, gateway] = clusterIps;
  const slot = (ip: string, port: number, index: number): Uint8Array =>
    key(ip, "tcp", port, word(index));
  const allowed = cidr(allowedCidr);
  return [
    ...spreadChain("lb-2", 2),
    ...affinityChain(family, 10800, 2),
    ...spreadChain("loc-1", 1, LOCAL_SLOT),
    addElements(
      "endpoints",
      { key: slot(web, 80, CLUSTER_SLOT), data: key(pods[1], 8080) },
      { key: slot(web, 80, CLUSTER_SLOT + 1), data: key(remotePods[0], 8080) },
      { key: slot(gateway, 443, CLUSTER_SLOT), data: key(pods[0], 8443) },
      { key: slot(gateway, 443, CLUSTER_SLOT + 1), data: key(remotePods[2], 8443) },
      { key: slot(gateway, 443, LOCAL_SLOT), data: key(pods[0], 8443) },
    ),
    addElements(
      "services",
      { key: key(web, "tcp", 80), data: to("lb-2") },
      { key: key(node, "tcp", 30080), data: to("ext") },
      { key: key(cart, "tcp", 80), data: to("aff-10800-2") },
      { key: key(gateway, "tcp", 443), data: to("lb-2") },
      { key: key(balancer, "tcp", 443), data: to("fw") },
    ),
    addElements("cluster_ips", ...clusterIps.map((ip) => ({ key: key(ip) }))),
    addElements(
      "pick",
      { key: key(web, "tcp", 80), data: to("lb-2") },
      { key: key(gateway, "tcp", 443), data: to("lb-2") },
    ),
    addElements(
      "canon_ip",
      { key: key(node, "tcp", 30080), data: key(web) },
      { key: key(balancer, "tcp", 443), data: key(gateway) },
    ),
    addElements("canon_port", { key: key(web, "tcp", 30080), data: key(80) }),
    addElements(
      "masq",
      { key: key(node, "tcp", 30080), data: to("masq-all") },
      { key: key(balancer, "tcp", 443), data: to("masq-node") },
    ),
    addElements("hairpin", ...pods.map((pod) => ({ key: key(pod, pod) }))),
    addElements(
      "aff_pick",
      { key: slot(cart, 80, CLUSTER_SLOT), data: word(CLIENT_SLOT + 1) },
      { key: slot(cart, 80, CLUSTER_SLOT + 1), data: word(CLIENT_SLOT + 2) },
    ),
    addElements(
      "slots",
      { key: word(CLIENT_SLOT + 1), data: key(pods[2], 8080) },
      { key: word(CLIENT_SLOT + 2), data: key(remotePods[1], 8080) },
    ),
    addElements("local", { key: key(gateway, "tcp", 443), data: to("loc-1") }),
    addElements("behind", { key: key(balancer, "tcp", 443), data: to("ext-local") }),
    addElements("allowed", {
      key: Buffer.concat([key(balancer, "tcp", 443), allowed.key]),
      keyEnd: Buffer.concat([key(balancer, "tcp", 443), allowed.keyEnd]),
    }),
  ];
}
