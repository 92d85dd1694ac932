/**
 * The rules that lead queries for the cluster's DNS address to this node's server while it lives. They hang on a set
 * whose element lapses: where nobody renews it the packets are tracked again, and the proxy translates them to the
 * cluster's DNS pods as ever. Where the kernel can look for the socket, pods' datagrams do not wait for that: the next
 * one after the server's end finds none. Segments do: a connection that is being made has no whole socket yet.
 */
import { isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type {
  Element,
  Expression,
  Operation,
  Rule,
  Statement,
  TableId,
} from "#linux/nft/contract.ts";
import type { LocalListener } from "./contract.ts";

export const TABLE_NAME = "fairlead-dns";
const SET = "answered";
/** Before connection tracking sees the packet. */
const RAW_PRIORITY = -300;
const UDP = 17;
const TCP = 6;
const protocols = [UDP, TCP] as const;

export type Family = 4 | 6;

export function familyOf(address: string): Family {
  return isIPv6(address) ? 6 : 4;
}

export function tableOf(family: Family): TableId {
  return { family: family === 4 ? "ip" : "ip6", name: TABLE_NAME };
}

/**
 * Makes the table with an empty set. The table must not be there.
 * @param looksForSocket the kernel has nft_socket
 */
export function baseOperations(family: Family, looksForSocket: boolean): readonly Operation[] {
  const protocol = family === 4 ? "ip" : "ip6";
  const l4proto: Expression = { kind: "meta", key: "l4proto" };
  const key = (way: "saddr" | "daddr"): readonly Expression[] => [
    { kind: "payload", field: `${protocol} ${way}` },
    l4proto,
    { kind: "payload", field: way === "daddr" ? "th dport" : "th sport" },
  ];
  const untracked = (way: "saddr" | "daddr", ...conditions: readonly Statement[]): Rule => ({
    statements: [
      { kind: "inSet", key: key(way), set: SET, negated: false },
      ...conditions,
      { kind: "notrack" },
    ],
  });
  const equals = (left: Expression, value: number): Statement => ({
    kind: "match",
    left,
    op: "==",
    right: Uint8Array.of(value),
  });
  const fromPods: readonly Rule[] = looksForSocket
    ? [
        untracked(
          "daddr",
          equals(l4proto, UDP),
          // One of exactly this address: a server on all addresses is somebody else's.
          equals({ kind: "socket", key: "wildcard" }, 0),
        ),
        untracked("daddr", equals(l4proto, TCP)),
      ]
    : [untracked("daddr")];
  const hooks = ["prerouting", "output"] as const;
  return [
    { kind: "addTable" },
    {
      kind: "addSet",
      set: {
        name: SET,
        key: [family === 4 ? "ipv4_addr" : "ipv6_addr", "inet_proto", "inet_service"],
        timeout: {},
      },
    },
    ...hooks.map((hook): Operation => {
      const at = { type: "filter", hook, priority: RAW_PRIORITY, policy: "accept" } as const;
      return { kind: "addChain", chain: { name: hook, hook: at } };
    }),
    ...fromPods.map((rule): Operation => ({ kind: "addRule", chain: "prerouting", rule })),
    { kind: "addRule", chain: "output", rule: untracked("daddr") },
    // What the server says.
    { kind: "addRule", chain: "output", rule: untracked("saddr") },
  ];
}

/** Makes these and no others hold for the next `lifeMs`. */
export function renewal(listeners: readonly LocalListener[], lifeMs: number): readonly Operation[] {
  const elements = listeners.flatMap((listener) =>
    protocols.map((protocol) => elementOf(listener, protocol, lifeMs)),
  );
  const flush: Operation = { kind: "flushSet", set: SET };
  return elements.length === 0 ? [flush] : [flush, { kind: "addElements", set: SET, elements }];
}

function elementOf({ address, port }: LocalListener, protocol: number, timeoutMs: number): Element {
  const bytes = ipaddr.parse(address).toByteArray();
  const key = new Uint8Array(bytes.length + 8);
  key.set(bytes);
  key[bytes.length] = protocol;
  key[bytes.length + 4] = port >> 8;
  key[bytes.length + 5] = port;
  return { key, timeoutMs };
}
