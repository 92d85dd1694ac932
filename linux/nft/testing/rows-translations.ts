/** Rules that rewrite addresses: each kind of statement, and how nft lists it. */
import type { Operation, Rule, Statement, TableFamily } from "../contract.ts";
import type { Row } from "./rows-objects.ts";
import { addRules, key, match, meta, payload, rule } from "./words.ts";

const l4 = (protocol: number): Statement => match(meta("l4proto"), Uint8Array.of(protocol));
const nfproto = (family: number): Statement => match(meta("nfproto"), Uint8Array.of(family));

const natChain: Operation = {
  kind: "addChain",
  chain: {
    name: "all",
    hook: { type: "nat", hook: "prerouting", priority: -100, policy: "accept" },
  },
};

function nat(
  name: string,
  family: TableFamily,
  rules: readonly Rule[],
  more: readonly Operation[] = [],
): Row {
  return {
    name: `${family}: ${name}`,
    family,
    transactions: [[{ kind: "addTable" }, natChain, ...more], addRules("all", ...rules)],
  };
}

export const rowsOfTranslations: readonly Row[] = [
  nat(
    "translations",
    "ip",
    [
      rule({ kind: "dnat", family: "ip", address: key("10.0.0.1") }),
      rule(l4(6), { kind: "dnat", family: "ip", address: key("10.0.0.1"), port: 8080 }),
      rule({
        kind: "dnatMap",
        family: "ip",
        key: [payload("ip daddr"), meta("l4proto"), payload("th dport")],
        map: "backends",
        withPort: true,
      }),
      rule({
        kind: "dnatMap",
        family: "ip",
        key: [payload("ip daddr")],
        map: "hosts",
        withPort: false,
      }),
    ],
    [
      {
        kind: "addSet",
        set: {
          name: "backends",
          key: ["ipv4_addr", "inet_proto", "inet_service"],
          data: ["ipv4_addr", "inet_service"],
        },
      },
      { kind: "addSet", set: { name: "hosts", key: ["ipv4_addr"], data: ["ipv4_addr"] } },
    ],
  ),
  nat(
    "translations",
    "ip6",
    [
      rule({ kind: "dnat", family: "ip6", address: key("fd00::1") }),
      rule(l4(17), { kind: "dnat", family: "ip6", address: key("fd00::1"), port: 53 }),
      rule({
        kind: "dnatMap",
        family: "ip6",
        key: [payload("ip6 daddr"), meta("l4proto"), payload("th dport")],
        map: "backends",
        withPort: true,
      }),
    ],
    [
      {
        kind: "addSet",
        set: {
          name: "backends",
          key: ["ipv6_addr", "inet_proto", "inet_service"],
          data: ["ipv6_addr", "inet_service"],
        },
      },
    ],
  ),
  nat(
    "translations of both families",
    "inet",
    [
      rule(nfproto(2), l4(6), { kind: "dnat", family: "ip", address: key("10.0.0.1"), port: 8080 }),
      rule(nfproto(10), { kind: "dnat", family: "ip6", address: key("fd00::1") }),
      rule({
        kind: "dnatMap",
        family: "ip",
        key: [meta("l4proto"), payload("th dport")],
        map: "b4",
        withPort: true,
      }),
      rule({
        kind: "dnatMap",
        family: "ip6",
        key: [meta("l4proto"), payload("th dport")],
        map: "b6",
        withPort: true,
      }),
    ],
    [
      {
        kind: "addSet",
        set: {
          name: "b4",
          key: ["inet_proto", "inet_service"],
          data: ["ipv4_addr", "inet_service"],
        },
      },
      {
        kind: "addSet",
        set: {
          name: "b6",
          key: ["inet_proto", "inet_service"],
          data: ["ipv6_addr", "inet_service"],
        },
      },
    ],
  ),
  {
    name: "ip: source translation",
    family: "ip",
    transactions: [
      [
        { kind: "addTable" },
        {
          kind: "addChain",
          chain: {
            name: "all",
            hook: { type: "nat", hook: "postrouting", priority: 100, policy: "accept" },
          },
        },
        ...addRules(
          "all",
          rule({ kind: "snat", family: "ip", address: key("10.0.0.1") }),
          rule({ kind: "masquerade", fullyRandom: true }),
          rule({ kind: "masquerade", fullyRandom: false }),
        ),
      ],
    ],
  },
];
