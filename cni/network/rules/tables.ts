import type { IpFamily } from "#linux/netlink/ip.ts";
import type { Chain, ChainHook, NamedSet, Operation, Rule, TableId } from "#linux/nft/contract.ts";
import type { OwnedRules } from "../../contract.ts";
import { ownersSet } from "./notes.ts";
import {
  goto,
  inSet,
  isNew,
  isTranslated,
  jump,
  masquerade,
  meta,
  notInSet,
  ofFamily,
  payload,
  rule,
  toNode,
  verdict,
  wordsOf,
} from "./words.ts";

/**
 * The tables of the CNI. What an attachment has are elements of their sets; chains come with a set of masqueraded
 * addresses alone.
 */
export const inetTable: TableId = { family: "inet", name: "fairlead-cni" };
export const bridgeTable: TableId = { family: "bridge", name: "fairlead-cni" };

/** A rule for each set of masqueraded addresses, made with the set. */
export const masquerades = "masquerades";

export function tableOf(kind: OwnedRules["kind"]): TableId {
  return kind === "anti-spoof" ? bridgeTable : inetTable;
}

/** Makes all that is not of an attachment. Done again, also by two at once, it changes nothing. */
export function layoutOf({ family }: TableId): readonly Operation[] {
  const { sets, chains } = family === "bridge" ? bridgeLayout : inetLayout;
  const own = chains.filter(({ chain }) => chain.name !== masquerades);
  return [
    { kind: "addTable" },
    ...sets.map((set): Operation => ({ kind: "addSet", set })),
    ...chains.map(({ chain }): Operation => ({ kind: "addChain", chain })),
    ...own.map(({ chain }): Operation => ({ kind: "flushChain", chain: chain.name })),
    ...own.flatMap(({ chain, rules }) =>
      rules.map((one): Operation => ({ kind: "addRule", chain: chain.name, rule: one })),
    ),
  ];
}

interface Layout {
  readonly sets: readonly NamedSet[];
  readonly chains: readonly { readonly chain: Chain; readonly rules: readonly Rule[] }[];
}

const families: readonly IpFamily[] = [4, 6];
const l4proto = meta("l4proto");
const port = payload("th dport");

function setsOf(family: IpFamily): readonly NamedSet[] {
  const { addressType: address } = wordsOf(family);
  return [
    {
      name: `hostports${family}`,
      key: ["inet_proto", "inet_service"],
      data: [address, "inet_service"],
    },
    {
      name: `hostports-at${family}`,
      key: [address, "inet_proto", "inet_service"],
      data: [address, "inet_service"],
    },
    { name: `hairpin${family}`, key: [address, address] },
    { name: `masquerade-all${family}`, key: [address, "inet_proto", "inet_service"] },
    { name: `closed${family}`, key: [address] },
    { name: `same-bridge${family}`, key: ["ifname", address] },
  ];
}

function hostPortRules(family: IpFamily): readonly Rule[] {
  const { protocol, daddr } = wordsOf(family);
  const to = (map: string, ...key: Parameters<typeof inSet>[1][]): Rule =>
    rule(ofFamily(family), { kind: "dnatMap", family: protocol, key, map, withPort: true });
  return [
    to(`hostports-at${family}`, daddr, l4proto, port),
    to(`hostports${family}`, l4proto, port),
  ];
}

function postroutingRules(family: IpFamily): readonly Rule[] {
  const { saddr, daddr } = wordsOf(family);
  const translated = [ofFamily(family), isTranslated];
  return [
    rule(...translated, inSet(`hairpin${family}`, saddr, daddr), masquerade),
    rule(...translated, inSet(`masquerade-all${family}`, daddr, l4proto, port), masquerade),
  ];
}

/** New connections from a pods' bridge to a pod that is closed to others than those of its own bridge, or to all. */
function forwardRules(family: IpFamily): readonly Rule[] {
  const { daddr } = wordsOf(family);
  const from = meta("iifname");
  return [
    rule(
      ofFamily(family),
      isNew,
      inSet("pod-bridges", from),
      inSet(`closed${family}`, daddr),
      notInSet(`same-bridge${family}`, from, daddr),
      verdict("drop"),
    ),
  ];
}

const hook = (type: ChainHook["type"], at: ChainHook["hook"], priority: number): ChainHook => {
  return { type, hook: at, priority, policy: "accept" };
};

const DSTNAT = -100;
const SRCNAT = 100;
const FILTER = 0;
const BRIDGE_DSTNAT = -300;

const inetLayout: Layout = {
  sets: [...families.flatMap(setsOf), { name: "pod-bridges", key: ["ifname"] }, ownersSet],
  chains: [
    { chain: { name: "hostports" }, rules: families.flatMap(hostPortRules) },
    { chain: { name: masquerades }, rules: [] },
    {
      chain: { name: "prerouting", hook: hook("nat", "prerouting", DSTNAT) },
      rules: [rule(toNode, goto("hostports"))],
    },
    {
      chain: { name: "output", hook: hook("nat", "output", DSTNAT) },
      rules: [rule(toNode, goto("hostports"))],
    },
    {
      chain: { name: "postrouting", hook: hook("nat", "postrouting", SRCNAT) },
      rules: [...families.flatMap(postroutingRules), rule(jump(masquerades))],
    },
    {
      chain: { name: "forward", hook: hook("filter", "forward", FILTER) },
      rules: families.flatMap(forwardRules),
    },
  ],
};

/** Frames of a guarded port have the hardware address that its container was given. */
const bridgeLayout: Layout = {
  sets: [
    { name: "guarded", key: ["ifname"] },
    { name: "own-mac", key: ["ifname", "ether_addr"] },
    ownersSet,
  ],
  chains: [
    {
      chain: { name: "prerouting", hook: hook("filter", "prerouting", BRIDGE_DSTNAT) },
      rules: [
        rule(
          inSet("guarded", meta("iifname")),
          notInSet("own-mac", meta("iifname"), payload("ether saddr")),
          verdict("drop"),
        ),
      ],
    },
  ],
};
