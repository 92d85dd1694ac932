import type {
  CtKey,
  Expression,
  MetaKey,
  PayloadField,
  Rule,
  Statement,
  Verdict,
} from "#linux/nft/contract.ts";
import type { IpFamily } from "../contract.ts";
import { number } from "./bytes.ts";

/** Short words for the parts that the rules of the layout are made of. */

const payload = (field: PayloadField): Expression => ({ kind: "payload", field });
const meta = (key: MetaKey): Expression => ({ kind: "meta", key });
const ct = (key: CtKey): Expression => ({ kind: "ct", key });

const l4proto = meta("l4proto");
export const priority = meta("priority");

export interface Words {
  readonly protocol: "ip" | "ip6";
  readonly saddr: Expression;
  readonly daddr: Expression;
  /** `ip daddr . meta l4proto . th dport` */
  readonly frontend: readonly Expression[];
  /** The same as the client sent it. */
  readonly originalFrontend: readonly Expression[];
  readonly originalAddress: Expression;
  readonly daddrField: PayloadField;
}

function wordsOf(protocol: "ip" | "ip6"): Words {
  const daddrField = `${protocol} daddr` as const;
  const daddr = payload(daddrField);
  const originalAddress = ct(`original ${protocol} daddr`);
  return {
    protocol,
    saddr: payload(`${protocol} saddr`),
    daddr,
    frontend: [daddr, l4proto, payload("th dport")],
    originalFrontend: [originalAddress, l4proto, ct("original proto-dst")],
    originalAddress,
    daddrField,
  };
}

export const words: { readonly [F in IpFamily]: Words } = { 4: wordsOf("ip"), 6: wordsOf("ip6") };

export const rule = (...statements: Statement[]): Rule => ({ statements });

export const goto = (chain: string): Statement => verdict({ kind: "goto", chain });
export const jump = (chain: string): Statement => verdict({ kind: "jump", chain });
export const drop: Statement = verdict({ kind: "drop" });
export const counter: Statement = { kind: "counter" };

function verdict(value: Verdict): Statement {
  return { kind: "verdict", verdict: value };
}

export const inSet = (key: readonly Expression[], set: string): Statement => ({
  kind: "inSet",
  key,
  set,
  negated: false,
});

export const notInSet = (key: readonly Expression[], set: string): Statement => ({
  kind: "inSet",
  key,
  set,
  negated: true,
});

export const lookup = (key: readonly Expression[], map: string): Expression => ({
  kind: "lookup",
  key,
  map,
});

export const setPriority = (value: Expression): Statement => ({
  kind: "set",
  target: "meta priority",
  value,
});

export const setPriorityTo = (value: number): Statement =>
  setPriority({ kind: "constant", type: "classid", value: number(value) });

export const clearPriority: Statement = setPriorityTo(0);

/** Goes where the verdict map says for the class in `meta priority`. */
export const byClass = (map: string): Statement => ({ kind: "verdictMap", key: [priority], map });

const RTN_LOCAL = 2;

/** `fib saddr type local`: sent by the node itself. */
export const fromNode: Statement = {
  kind: "match",
  left: { kind: "fib", of: "saddr", result: "type" },
  op: "==",
  right: number(RTN_LOCAL),
};

export const isProtocol = (protocol: number): Statement => ({
  kind: "match",
  left: l4proto,
  op: "==",
  right: Uint8Array.of(protocol),
});

/** ct status has IPS_DST_NAT. */
export const isTranslated: Statement = {
  kind: "matchBits",
  left: ct("status"),
  mask: 0x20,
  op: "!=",
  value: 0,
};

export const masquerade: Statement = { kind: "masquerade", fullyRandom: true };

/** An interface by its name, or by how its name begins where that is given with a star behind. */
export const fromInterface = (name: string, op: "==" | "!="): Statement => ({
  kind: "match",
  left: meta("iifname"),
  op,
  right: name.endsWith("*") ? Buffer.from(name.slice(0, -1)) : wholeName(name),
});

function wholeName(name: string): Uint8Array {
  const bytes = new Uint8Array(INTERFACE_NAME_BYTES);
  bytes.set(Buffer.from(name));
  return bytes;
}

const INTERFACE_NAME_BYTES = 16;
