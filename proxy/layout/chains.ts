import type { Chain, Rule, Statement } from "#linux/nft/contract.ts";
import type { EndpointList, LayoutOptions } from "./contract.ts";
import {
  byClass,
  clearPriority,
  counter,
  drop,
  fromInterface,
  fromNode,
  goto,
  inSet,
  isProtocol,
  isTranslated,
  jump,
  lookup,
  masquerade,
  notInSet,
  priority,
  rule,
  setPriority,
  setPriorityTo,
  type Words,
  words,
} from "./expressions.ts";
import { indexBase } from "./numbers.ts";
import { sample } from "./samples.ts";

export interface FixedChain {
  readonly chain: Chain;
  readonly rules: readonly Rule[];
}

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const DSTNAT = -100;
const SRCNAT = 100;

/**
 * The chains that are always there, with those that others go to before these. Every way through them ends in a
 * translation, a refusal or a drop; the counted drops that no packet should reach are the layout's own check.
 */
export function fixedChains(options: LayoutOptions): readonly FixedChain[] {
  const w = words[options.family];
  return [
    regular("refuse", ...refusing()),
    regular("blackhole", ...sample("drop"), rule(counter, drop)),
    regular(endpointChain("cluster"), ...toEndpoint(w, "cluster"), rule(goto("refuse"))),
    regular(endpointChain("local"), ...toEndpoint(w, "local"), lost),
    // A miss returns to the affinity chain, which then chooses anew.
    regular("to-slot", rule(toBackend(w, [priority], "slots"))),
    regular("canonical", ...canonical(w)),
    regular("external", rule(jump("canonical")), ...pick(w, "pick")),
    regular("external-local", ...externalLocal(w, options)),
    regular("guarded", ...guarded(w)),
    regular("source-nat", ...sourceNat(w, options)),
    regular("dispatch", ...dispatch(w)),
    base("prerouting", "prerouting", DSTNAT, rule(jump("dispatch"))),
    base("output", "output", DSTNAT, rule(jump("dispatch"))),
    base("postrouting", "postrouting", SRCNAT, rule(isTranslated, goto("source-nat"))),
  ];
}

function regular(name: string, ...rules: Rule[]): FixedChain {
  return { chain: { name }, rules };
}

function base(
  name: string,
  hook: "prerouting" | "output" | "postrouting",
  priorityOfHook: number,
  ...rules: Rule[]
): FixedChain {
  return {
    chain: { name, hook: { type: "nat", hook, priority: priorityOfHook, policy: "accept" } },
    rules,
  };
}

/** No packet comes here while elements and chains agree. */
const lost = rule(counter, drop);

function refusing(): Rule[] {
  return [
    ...sample("refuse"),
    rule(isProtocol(TCP), { kind: "reject", with: "tcp reset" }),
    rule({ kind: "reject", with: "port-unreachable" }),
  ];
}

/** The chain that leads to the slot of a list that was drawn. */
export function endpointChain(list: EndpointList): string {
  return list === "cluster" ? "to-endpoint" : "to-local-endpoint";
}

/**
 * A packet that is on its way while a commit makes a list shorter has drawn by the old number and looks up in the new
 * map: the first slot is there as long as any is.
 */
function toEndpoint(w: Words, list: EndpointList): Rule[] {
  const drawn = rule(toBackend(w, [...w.frontend, priority], "endpoints"));
  return [drawn, rule(setPriorityTo(indexBase(list))), drawn];
}

/** Nat chains see the first packet of a connection only. */
function dispatch(w: Words): Rule[] {
  return [
    rule(setPriority(lookup(w.frontend, "services"))),
    rule(byClass("classes")),
    // Another port of a ClusterIP is refused at once; an address that no Service has goes nowhere.
    rule(inSet([w.daddr], "cluster_ips"), goto("refuse")),
    rule(inSet([w.daddr], "service_cidrs"), goto("blackhole")),
  ];
}

function guarded(w: Words): Rule[] {
  return [
    rule(notInSet([...w.frontend, w.saddr], "allowed"), goto("blackhole")),
    rule(setPriority(lookup(w.frontend, "behind"))),
    rule(byClass("guarded_classes")),
    lost,
  ];
}

/** Rewrites a frontend to its ClusterIP and port, so that all frontends of a ServicePort share its endpoints. */
function canonical(w: Words): Rule[] {
  const toPort = (protocol: number, target: "tcp dport" | "udp dport" | "sctp dport"): Rule =>
    rule(isProtocol(protocol), {
      kind: "set",
      target,
      // By the tuple as it was sent, since the address has been rewritten by now.
      value: lookup(w.originalFrontend, "canonical_port"),
    });
  return [
    rule({ kind: "set", target: w.daddrField, value: lookup(w.frontend, "canonical_address") }),
    toPort(TCP, "tcp dport"),
    toPort(UDP, "udp dport"),
    toPort(SCTP, "sctp dport"),
  ];
}

function externalLocal(w: Words, options: LayoutOptions): Rule[] {
  return [
    ...fromLocalPods(w, options).map((match) => rule(match, goto("external"))),
    rule(fromNode, goto("external")),
    rule(jump("canonical")),
    ...pick(w, "pick_local"),
  ];
}

function pick(w: Words, map: "pick" | "pick_local"): Rule[] {
  return [rule(setPriority(lookup(w.frontend, map))), rule(byClass("endings")), lost];
}

function fromLocalPods(w: Words, { localTraffic }: LayoutOptions): Statement[] {
  switch (localTraffic.kind) {
    case "cidrs":
      return [inSet([w.saddr], "local_sources")];
    case "interface":
      return [fromInterface(localTraffic.name, "==")];
    case "unknown":
      return [];
  }
}

function notFromLocalPods(w: Words, { localTraffic, masqueradeAll }: LayoutOptions): Statement[] {
  if (masqueradeAll) return [];
  switch (localTraffic.kind) {
    case "interface":
      return [fromInterface(localTraffic.name, "!=")];
    default:
      return [notInSet([w.saddr], "local_sources")];
  }
}

function toBackend(
  w: Words,
  key: readonly (typeof w.frontend)[number][],
  map: "endpoints" | "slots",
): Statement {
  return { kind: "dnatMap", family: w.protocol, key, map, withPort: true };
}

function sourceNat(w: Words, options: LayoutOptions): Rule[] {
  const ownPodsKnown = options.localTraffic.kind !== "unknown" || options.masqueradeAll;
  const clusterIp = inSet([w.originalAddress], "cluster_ips");
  return [
    // Forwarding resets it for IPv4 alone; the scheduler of the way out must not see the scratch value.
    rule(clearPriority),
    rule(inSet([w.saddr, w.daddr], "hairpin"), masquerade),
    rule(inSet(w.originalFrontend, "masquerade_all"), masquerade),
    rule(inSet(w.originalFrontend, "masquerade_node"), fromNode, masquerade),
    ...(ownPodsKnown ? [rule(clusterIp, ...notFromLocalPods(w, options), masquerade)] : []),
  ];
}
