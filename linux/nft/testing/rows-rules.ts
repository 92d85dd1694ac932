/** Rules: each kind of statement, and how nft lists it. */
import type { Operation, Rule, Statement, TableFamily } from "../contract.ts";
import type { Row } from "./rows-objects.ts";
import {
  addRules,
  counter,
  ct,
  goto,
  inSet,
  interfaceName,
  jump,
  key,
  lookup,
  match,
  meta,
  numgen,
  payload,
  rule,
  set,
  verdict,
  vmap,
  word,
} from "./words.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);
const l4 = (protocol: number): Statement => match(meta("l4proto"), bytes(protocol));
const nfproto = (family: number): Statement => match(meta("nfproto"), bytes(family));
const port = (value: number): Uint8Array => key(value);
const accept = verdict("accept");
const drop = verdict("drop");

function row(
  name: string,
  family: TableFamily,
  rules: readonly Rule[],
  more: readonly Operation[] = [],
): Row {
  return {
    name: `${family}: ${name}`,
    family,
    transactions: [
      [
        { kind: "addTable" },
        { kind: "addChain", chain: { name: "other" } },
        { kind: "addChain", chain: { name: "all" } },
        ...more,
      ],
      addRules("all", ...rules),
    ],
  };
}

const bits = (
  left: ReturnType<typeof ct>,
  mask: number,
  op: "==" | "!=",
  value: number,
): Statement => ({
  kind: "matchBits",
  left,
  mask,
  op,
  value,
});
const prefix = (
  field: "ip daddr" | "ip saddr" | "ip6 daddr",
  text: string,
  lengthBits: number,
  op: "==" | "!=" = "==",
): Statement => ({
  kind: "matchPrefix",
  left: payload(field),
  op,
  prefix: key(text),
  lengthBits,
});
export const rowsOfRules: readonly Row[] = [
  row("verdicts, counters, comments", "inet", [
    rule(accept),
    rule(counter, drop),
    rule(verdict("return")),
    rule(verdict("continue")),
    rule(goto("other")),
    rule(jump("other")),
    { statements: [counter], comment: "why it is here" },
    rule({ kind: "notrack" }),
  ]),
  row("fields with what they imply", "inet", [
    rule(
      nfproto(2),
      match(payload("ip saddr"), key("10.0.0.1")),
      l4(6),
      match(payload("tcp dport"), port(80)),
      accept,
    ),
    rule(l4(17), match(payload("udp dport"), port(53)), accept),
    rule(l4(17), match(payload("th dport"), port(53)), accept),
    rule(match(payload("th sport"), port(53)), accept),
    rule(nfproto(2), accept),
    rule(nfproto(10), drop),
    rule(nfproto(10), l4(58), match(payload("icmpv6 type"), bytes(135)), accept),
    rule(nfproto(2), l4(1), match(payload("icmp type"), bytes(8)), accept),
    rule(l4(6), accept),
    rule({ kind: "match", left: meta("l4proto"), op: "!=", right: bytes(6) }, accept),
    rule(l4(6), { kind: "match", left: payload("tcp dport"), op: ">=", right: port(1024) }, accept),
  ]),
  row("interfaces, marks, users, priorities", "inet", [
    rule(
      match(meta("iifname"), interfaceName("eth0")),
      match(meta("oifname"), Buffer.from("veth")),
      drop,
    ),
    rule({ kind: "match", left: meta("iifname"), op: "!=", right: interfaceName("pods0") }, drop),
    rule(match(meta("mark"), word(0x4000)), accept),
    rule({ kind: "match", left: meta("mark"), op: ">", right: word(5) }, accept),
    rule(match(meta("skuid"), word(1000)), accept),
    rule({ kind: "match", left: meta("priority"), op: "<", right: word(0xf0000000) }, accept),
    rule(set("meta mark", { kind: "constant", type: "mark", value: word(0x10) })),
    rule(set("meta priority", { kind: "constant", type: "classid", value: word(0) })),
    rule(set("meta priority", { kind: "constant", type: "classid", value: word(0x10002) })),
    rule(set("meta mark", ct("mark"))),
    rule(set("ct mark", meta("mark"))),
    rule(bits(meta("mark"), 0xff00, "==", 0x100), accept),
    rule(bits(meta("mark"), 0x4000, "!=", 0), accept),
  ]),
  row("connection tracking", "inet", [
    rule(bits(ct("state"), 0x6, "!=", 0), accept),
    rule(bits(ct("state"), 0x8, "!=", 0), accept),
    rule(bits(ct("state"), 0x1, "!=", 0), drop),
    rule(bits(ct("status"), 0x20, "!=", 0), accept),
    rule(match(ct("direction"), bytes(1)), accept),
    rule(match(ct("mark"), word(7)), accept),
    rule(match(ct("original ip saddr"), key("10.0.0.1")), accept),
    rule(match(ct("original ip6 daddr"), key("fd00::1")), accept),
    rule(match(ct("reply ip saddr"), key("10.0.0.1")), accept),
    rule(l4(6), match(ct("original proto-dst"), port(80)), accept),
    rule(l4(6), match(ct("reply proto-src"), port(80)), accept),
  ]),
  row("prefixes of whole bytes and others", "ip", [
    rule(prefix("ip daddr", "10.0.0.0", 8), drop),
    rule(prefix("ip daddr", "10.1.0.0", 16, "!="), drop),
    rule(prefix("ip saddr", "224.0.0.0", 4), drop),
    rule(prefix("ip saddr", "10.128.0.0", 9, "!="), drop),
  ]),
  row("prefixes", "ip6", [
    rule(prefix("ip6 daddr", "fe80::", 10), drop),
    rule(prefix("ip6 daddr", "fd00::", 8), drop),
    rule(prefix("ip6 daddr", "fd00:10::", 64, "!="), drop),
    rule(match(payload("ip6 daddr"), key("fd00::1")), drop),
  ]),
  row("one of several", "inet", [
    rule(
      {
        kind: "matchAny",
        left: meta("l4proto"),
        values: [bytes(17), bytes(6), bytes(132)],
        negated: false,
      },
      accept,
    ),
    rule(
      l4(6),
      {
        kind: "matchAny",
        left: payload("tcp dport"),
        values: [port(443), port(80)],
        negated: true,
      },
      drop,
    ),
    rule(
      {
        kind: "matchAny",
        left: { kind: "fib", of: "daddr", result: "type" },
        values: [word(2), word(3)],
        negated: false,
      },
      accept,
    ),
    rule(match({ kind: "fib", of: "saddr", result: "type" }, word(2)), accept),
    rule(l4(17), match({ kind: "socket", key: "wildcard" }, bytes(0)), accept),
  ]),
  row(
    "sets and verdict maps",
    "ip",
    [
      rule(inSet([payload("ip daddr")], "hosts"), drop),
      rule(inSet([payload("ip saddr"), payload("ip daddr")], "pairs", true), drop),
      rule(vmap([payload("ip daddr"), meta("l4proto"), payload("th dport")], "ways")),
      rule(l4(6), vmap([payload("ip daddr"), meta("l4proto"), payload("th dport")], "ways")),
      rule(inSet([meta("iifname"), payload("ip saddr")], "links"), accept),
    ],
    [
      { kind: "addSet", set: { name: "hosts", key: ["ipv4_addr"], interval: true } },
      { kind: "addSet", set: { name: "pairs", key: ["ipv4_addr", "ipv4_addr"] } },
      {
        kind: "addSet",
        set: { name: "ways", key: ["ipv4_addr", "inet_proto", "inet_service"], data: "verdict" },
      },
      { kind: "addSet", set: { name: "links", key: ["ifname", "ipv4_addr"] } },
    ],
  ),
  row(
    "values from maps, draws and hashes",
    "ip",
    [
      rule(set("meta priority", numgen(3, 0xf0000000))),
      rule(set("meta priority", { kind: "numgen", mode: "inc", mod: 2, offset: 0 })),
      rule(
        set("meta priority", {
          kind: "jhash",
          of: [payload("ip saddr"), payload("ip daddr")],
          mod: 251,
          seed: 0x5eed,
          offset: 0xf0000000,
        }),
      ),
      rule(
        set("meta mark", { kind: "jhash", of: [payload("ip saddr")], mod: 7, seed: 1, offset: 0 }),
      ),
      rule(set("meta priority", lookup([payload("ip daddr"), meta("priority")], "next"))),
    ],
    [{ kind: "addSet", set: { name: "next", key: ["ipv4_addr", "classid"], data: ["classid"] } }],
  ),
  row(
    "dynamic sets",
    "ip",
    (["add", "update", "delete"] as const).flatMap((op) => [
      rule({
        kind: "dynamic",
        op,
        set: "seen",
        key: [payload("ip saddr"), payload("th dport")],
        ...(op === "update" ? { timeoutMs: 5400_000 } : {}),
      }),
      rule({
        kind: "dynamic",
        op,
        set: "kept",
        key: [payload("ip saddr")],
        data: meta("priority"),
        ...(op === "update" ? { timeoutMs: 2500 } : {}),
      }),
    ]),
    [
      {
        kind: "addSet",
        set: {
          name: "seen",
          key: ["ipv4_addr", "inet_service"],
          dynamic: true,
          timeout: {},
          size: 99,
        },
      },
      {
        kind: "addSet",
        set: {
          name: "kept",
          key: ["ipv4_addr"],
          data: ["classid"],
          dynamic: true,
          timeout: {},
          size: 99,
        },
      },
    ],
  ),
  row("logs and limits", "ip", [
    rule({ kind: "log", group: 7, prefix: "hello ", snapLengthBytes: 128 }),
    rule({ kind: "log", group: 0, prefix: "" }),
    rule({ kind: "limit", perSecond: 10, burst: 20, over: false }, accept),
    rule({ kind: "limit", perSecond: 10, burst: 5, over: true }, drop),
  ]),
  ...(["ip", "ip6", "inet"] as const).map((family) =>
    row("refusals", family, [
      rule({ kind: "reject", with: "port-unreachable" }),
      rule({ kind: "reject", with: "admin-prohibited" }),
      rule(l4(6), { kind: "reject", with: "tcp reset" }),
    ]),
  ),
  row("frames", "bridge", [
    rule(match(payload("ether saddr"), bytes(2, 0, 0, 0, 0, 1)), accept),
    rule(
      match(meta("iifname"), interfaceName("veth0")),
      { kind: "match", left: payload("ether saddr"), op: "!=", right: bytes(2, 0, 0, 0, 0, 1) },
      drop,
    ),
    rule(
      match(meta("protocol"), bytes(0x08, 0x00)),
      match(payload("ip saddr"), key("10.0.0.1")),
      accept,
    ),
    rule(
      match(meta("protocol"), bytes(0x86, 0xdd)),
      match(payload("ip6 saddr"), key("fd00::1")),
      accept,
    ),
    rule(
      match(meta("protocol"), bytes(0x08, 0x06)),
      match(payload("arp saddr ip"), key("10.0.0.1")),
      accept,
    ),
    rule(
      match(meta("protocol"), bytes(0x08, 0x06)),
      match(payload("arp saddr ether"), bytes(2, 0, 0, 0, 0, 1)),
      accept,
    ),
    rule(match(meta("protocol"), bytes(0x08, 0x06)), drop),
  ]),
  {
    name: "a rule's key has the length of the set's",
    transactions: [
      [
        { kind: "addTable" },
        { kind: "addChain", chain: { name: "a" } },
        { kind: "addSet", set: { name: "s", key: ["ipv4_addr", "inet_service"] } },
        ...addRules("a", rule(inSet([payload("ip saddr")], "s"))),
      ],
    ],
    results: [
      "a rule of chain a: it looks into s with 4 bytes, where keys (ipv4_addr . inet_service) have 8",
    ],
  },
];
