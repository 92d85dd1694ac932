/**
 * nftables as the suite sees it: objects, rules as values, elements, and one transaction that applies them. A rule is
 * a list of statements over expressions; it has two renderings that must agree, nft's text (dumps, the fake) and
 * netlink bytes (the kernel). Nothing here needs libnftables.
 */

export type TableFamily = "ip" | "ip6" | "inet" | "bridge" | "arp";

export interface TableId {
  readonly family: TableFamily;
  readonly name: string;
}

/** Types of key and data parts. Each part takes a multiple of 4 bytes in a key (nf_tables registers). */
export type DataType =
  | "ipv4_addr"
  | "ipv6_addr"
  | "ether_addr"
  | "inet_proto"
  | "inet_service"
  | "mark"
  | "ifname"
  /** skb->priority as `meta priority` has it. */
  | "classid";

/** Verdicts that an element of a verdict map or a rule can give. */
export type Verdict =
  | { readonly kind: "accept" | "drop" | "continue" | "return" }
  | { readonly kind: "jump" | "goto"; readonly chain: string };

export interface Chain {
  readonly name: string;
  /** Absent: a regular chain, reached by jump, goto or a verdict map. */
  readonly hook?: ChainHook;
  readonly comment?: string;
}

export interface ChainHook {
  readonly type: "filter" | "nat" | "route";
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  /** As a number: dstnat is -100, srcnat 100, raw -300, filter 0; in family bridge dstnat is -300. */
  readonly priority: number;
  readonly policy: "accept" | "drop";
}

/** A set, or with `data` a map, or with data "verdict" a verdict map. */
export interface NamedSet {
  readonly name: string;
  readonly key: readonly DataType[];
  readonly data?: readonly DataType[] | "verdict";
  /** Elements are ranges (`flags interval`); a key of several parts then takes the pipapo back end. */
  readonly interval?: boolean;
  /** The packet path adds elements (`flags dynamic`). */
  readonly dynamic?: boolean;
  /** Elements can lapse (`flags timeout`); with a default for those that name none. */
  readonly timeout?: { readonly defaultMs?: number };
  /** Each element counts its hits (`counter`): packets, and in a nat chain connections. */
  readonly counter?: boolean;
  /** Most elements it can hold. The kernel's default for dynamic sets is 65535. */
  readonly size?: number;
  readonly comment?: string;
}

/**
 * One element. `key` holds the parts one after another, each padded with zeros to 4 bytes, addresses and ports in
 * network order, `mark` and `classid` in host order. `data` likewise.
 */
export interface Element {
  readonly key: Uint8Array;
  /** Upper ends (inclusive) of the parts of a key of an interval set; absent: the key alone. */
  readonly keyEnd?: Uint8Array;
  readonly data?: Uint8Array | Verdict;
  readonly timeoutMs?: number;
  readonly comment?: string;
}

/** A value that a rule can load. */
export type Expression =
  /** A field of the packet, by nft's name for it; see fields.ts for where it lies. */
  | { readonly kind: "payload"; readonly field: PayloadField }
  | { readonly kind: "meta"; readonly key: MetaKey }
  | { readonly kind: "ct"; readonly key: CtKey }
  | { readonly kind: "fib"; readonly of: "saddr" | "daddr"; readonly result: "type" }
  /**
   * Of the socket that would take the packet; a rule whose packet has none does not match. In output it is the sender's.
   * Needs a kernel with nft_socket.
   */
  | { readonly kind: "socket"; readonly key: "wildcard" }
  | {
      readonly kind: "numgen";
      readonly mode: "random" | "inc";
      readonly mod: number;
      readonly offset: number;
    }
  | {
      readonly kind: "jhash";
      readonly of: readonly Expression[];
      readonly mod: number;
      readonly seed: number;
      readonly offset: number;
    }
  /** The value that a map holds for a key. */
  | { readonly kind: "lookup"; readonly key: readonly Expression[]; readonly map: string }
  | {
      readonly kind: "constant";
      readonly type: DataType | "fib_addrtype" | "ct_state" | "ct_status";
      readonly value: Uint8Array;
    };

export type PayloadField =
  | "ip saddr"
  | "ip daddr"
  | "ip6 saddr"
  | "ip6 daddr"
  | "th sport"
  | "th dport"
  | "tcp dport"
  | "udp dport"
  | "sctp dport"
  | "icmp type"
  | "icmpv6 type"
  | "ether saddr"
  | "ether daddr"
  | "arp saddr ip"
  | "arp saddr ether";

export type MetaKey =
  | "l4proto"
  | "protocol"
  | "nfproto"
  | "priority"
  | "mark"
  | "iifname"
  | "oifname"
  | "iif"
  | "oif"
  | "skuid";

export type CtKey =
  | "state"
  | "status"
  | "mark"
  | "direction"
  | "original ip saddr"
  | "original ip daddr"
  | "original ip6 saddr"
  | "original ip6 daddr"
  | "original proto-src"
  | "original proto-dst"
  | "reply ip saddr"
  | "reply ip6 saddr"
  | "reply proto-src";

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * Statements say all that is tested: a field is read where the packet has it or not, so a rule of family inet matches
 * `meta nfproto` before `ip daddr`, and one that reads `tcp dport` matches `meta l4proto`. nft's text leaves such
 * matches out where a field implies them; the rendering as text does so too.
 */
export type Statement =
  /**
   * The packet goes on in the rule only if it holds. Fewer than 16 bytes to the right of `iifname` or `oifname` are a
   * prefix, which nft writes with a star; a whole name is padded with zeros to 16.
   */
  | {
      readonly kind: "match";
      readonly left: Expression;
      readonly op: Comparison;
      readonly right: Uint8Array;
    }
  /** One of several values: `meta l4proto { tcp, udp }`, an anonymous set. */
  | {
      readonly kind: "matchAny";
      readonly left: Expression;
      readonly values: readonly Uint8Array[];
      readonly negated: boolean;
    }
  /** `ct state new`, `ct status dnat`, `meta mark & mask == value`: (left & mask) op value. */
  | {
      readonly kind: "matchBits";
      readonly left: Expression;
      readonly mask: number;
      readonly op: "==" | "!=";
      readonly value: number;
    }
  /** A prefix: `ip daddr 224.0.0.0/4`. */
  | {
      readonly kind: "matchPrefix";
      readonly left: Expression;
      readonly op: "==" | "!=";
      readonly prefix: Uint8Array;
      readonly lengthBits: number;
    }
  | {
      readonly kind: "inSet";
      readonly key: readonly Expression[];
      readonly set: string;
      readonly negated: boolean;
    }
  | { readonly kind: "verdictMap"; readonly key: readonly Expression[]; readonly map: string }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | { readonly kind: "counter" }
  /** Writes a field or meta key of the packet. */
  | {
      readonly kind: "set";
      readonly target: PayloadField | "meta priority" | "meta mark" | "ct mark";
      readonly value: Expression;
    }
  /** DNAT to what a map of address, or address and port, holds for the key. */
  | {
      readonly kind: "dnatMap";
      readonly family: "ip" | "ip6";
      readonly key: readonly Expression[];
      readonly map: string;
      readonly withPort: boolean;
    }
  | {
      readonly kind: "dnat";
      readonly family: "ip" | "ip6";
      readonly address: Uint8Array;
      readonly port?: number;
    }
  | { readonly kind: "snat"; readonly family: "ip" | "ip6"; readonly address: Uint8Array }
  | { readonly kind: "masquerade"; readonly fullyRandom: boolean }
  | {
      readonly kind: "reject";
      readonly with: "tcp reset" | "port-unreachable" | "admin-prohibited";
    }
  | { readonly kind: "notrack" }
  /** The packet path's own changes of a dynamic set. */
  | {
      readonly kind: "dynamic";
      readonly op: "add" | "update" | "delete";
      readonly set: string;
      readonly key: readonly Expression[];
      readonly data?: Expression;
      readonly timeoutMs?: number;
    }
  | {
      readonly kind: "log";
      readonly group: number;
      readonly prefix: string;
      readonly snapLengthBytes?: number;
    }
  | {
      readonly kind: "limit";
      readonly perSecond: number;
      readonly burst: number;
      readonly over: boolean;
    };

export interface Rule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
}

/** One step of a transaction. */
export type Operation =
  | { readonly kind: "addTable"; readonly comment?: string }
  /** With all that is in it. The table must exist. */
  | { readonly kind: "deleteTable" }
  /**
   * Adding what exists as it is changes nothing, another policy takes the old one's place; all else fails, and with
   * `exclusive` that fails, too.
   */
  | { readonly kind: "addChain"; readonly chain: Chain; readonly exclusive?: boolean }
  | { readonly kind: "flushChain"; readonly chain: string }
  | { readonly kind: "deleteChain"; readonly chain: string }
  /** Appends to the chain. */
  | { readonly kind: "addRule"; readonly chain: string; readonly rule: Rule }
  | { readonly kind: "deleteRule"; readonly chain: string; readonly handle: number }
  /** Adding what exists as it is changes nothing; with other properties it fails. */
  | { readonly kind: "addSet"; readonly set: NamedSet }
  | { readonly kind: "deleteSet"; readonly set: string }
  | { readonly kind: "flushSet"; readonly set: string }
  /** Fails where the key is there with another value, or at all (NLM_F_EXCL is always set: own state must be exact). */
  | { readonly kind: "addElements"; readonly set: string; readonly elements: readonly Element[] }
  /** Fails where a key is not there. */
  | {
      readonly kind: "deleteElements";
      readonly set: string;
      readonly elements: readonly Element[];
    };

/** All of it or nothing, in this order, within one table. */
export interface Transaction {
  readonly table: TableId;
  readonly operations: readonly Operation[];
}

/** A refused transaction: nothing of it was applied. `operation` is the index of the one at fault, where known. */
export interface Refusal {
  readonly operation: number | undefined;
  /** Index of the element at fault within the operation, where the kernel says it. */
  readonly element: number | undefined;
  /** As Node names it: "EEXIST", "ENOENT", "EBUSY", "EMLINK"; 95 is "ENOTSUP". */
  readonly errnoName: string;
  /** What the kernel said about it (extended ACK), if anything. */
  readonly message: string;
}

export type CommitResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: Refusal }
  /**
   * The writer ended before the kernel's answer came (the reason says how). The transaction was applied as a whole or
   * not at all: reading any one thing that it changes tells which. Later transactions find a new writer.
   */
  | { readonly ok: false; readonly refusal: undefined; readonly unknown: string };

/** An element as it was read, with its hits where the set counts. */
export interface ReadElement extends Element {
  readonly packets?: bigint;
  readonly expiresMs?: number;
}

/**
 * Where transactions go: the kernel of one network namespace, or the faithful fake. Calls are served in their order.
 * What is not there reads as undefined or as empty.
 */
export interface Nftables {
  /**
   * Resolves when the kernel has taken or refused it.
   * @throws NftValueError for what no rule set can hold; NftThreadError when the kernel cannot be reached
   */
  commit(transaction: Transaction): Promise<CommitResult>;
  /** Names of the tables of a family. */
  tables(family: TableFamily): Promise<readonly string[]>;
  /** Undefined where the table is not there. */
  chains(table: TableId): Promise<readonly Chain[] | undefined>;
  /** Handles and comments of the chain's rules, in order. */
  rules(
    table: TableId,
    chain: string,
  ): Promise<readonly { readonly handle: number; readonly comment?: string }[]>;
  /** Undefined where the table is not there. Key or data of a type that DataType does not name reads as []. */
  sets(table: TableId): Promise<readonly NamedSet[] | undefined>;
  /** The one of that key, at the same cost however many there are; not of sets with ranges. Undefined: there is none. */
  element(table: TableId, set: string, key: Uint8Array): Promise<ReadElement | undefined>;
  /** In no particular order. */
  elements(table: TableId, set: string): Promise<readonly ReadElement[]>;
  /**
   * Visits the elements without holding them: for sets of any size.
   */
  scan(table: TableId, set: string, visit: (element: ReadElement) => void): Promise<void>;
  /** Another number after each transaction in the network namespace, whoever made it. */
  generation(): Promise<number>;
  close(): Promise<void>;
}
