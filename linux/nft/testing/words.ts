/** Short words for values in tests: `key("10.0.0.1", "tcp", 80)`, `rule(verdict("drop"))`. */
import ipaddr from "ipaddr.js";
import type {
  CtKey,
  Element,
  Expression,
  MetaKey,
  Operation,
  PayloadField,
  Rule,
  Statement,
  Verdict,
} from "../contract.ts";

export const payload = (field: PayloadField): Expression => ({ kind: "payload", field });
export const meta = (name: MetaKey): Expression => ({ kind: "meta", key: name });
export const ct = (name: CtKey): Expression => ({ kind: "ct", key: name });
export const lookup = (parts: readonly Expression[], map: string): Expression => ({
  kind: "lookup",
  key: parts,
  map,
});
export const numgen = (mod: number, offset: number): Expression => ({
  kind: "numgen",
  mode: "random",
  mod,
  offset,
});

export const to = (chain: string): Verdict => ({ kind: "goto", chain });
export const goto = (chain: string): Statement => ({ kind: "verdict", verdict: to(chain) });
export const jump = (chain: string): Statement => ({
  kind: "verdict",
  verdict: { kind: "jump", chain },
});
export const verdict = (kind: "accept" | "drop" | "continue" | "return"): Statement => ({
  kind: "verdict",
  verdict: { kind },
});
export const counter: Statement = { kind: "counter" };
export const match = (left: Expression, right: Uint8Array): Statement => ({
  kind: "match",
  left,
  op: "==",
  right,
});
export const inSet = (parts: readonly Expression[], set: string, negated = false): Statement => ({
  kind: "inSet",
  key: parts,
  set,
  negated,
});
export const vmap = (parts: readonly Expression[], map: string): Statement => ({
  kind: "verdictMap",
  key: parts,
  map,
});
export const set = (
  target: Extract<Statement, { kind: "set" }>["target"],
  value: Expression,
): Statement => ({ kind: "set", target, value });

export const rule = (...statements: Statement[]): Rule => ({ statements });
export const addRules = (chain: string, ...rules: Rule[]): Operation[] =>
  rules.map((each) => ({ kind: "addRule", chain, rule: each }));
export const addElements = (name: string, ...elements: Element[]): Operation => ({
  kind: "addElements",
  set: name,
  elements,
});
export const deleteElements = (name: string, ...elements: Element[]): Operation => ({
  kind: "deleteElements",
  set: name,
  elements,
});

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

/** One part: an address, a protocol by name, a port as a number, or bytes as they are; padded. */
function part(value: string | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return padded(value);
  if (typeof value === "number") return Uint8Array.of(value >> 8, value & 0xff, 0, 0);
  const protocol = protocols[value];
  if (protocol !== undefined) return Uint8Array.of(protocol, 0, 0, 0);
  return Uint8Array.from(ipaddr.parse(value).toByteArray());
}

export function key(...parts: (string | number | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map(part));
}

/** A number in host order: mark, classid. */
export function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** An interface's whole name. */
export function interfaceName(name: string): Uint8Array {
  return Buffer.concat([Buffer.from(name), Buffer.alloc(16)]).subarray(0, 16);
}

/** "10.0.0.0/8" as a range's ends. */
export function cidr(text: string): { readonly key: Uint8Array; readonly keyEnd: Uint8Array } {
  const [address, bits] = ipaddr.parseCIDR(text);
  const first = address.toByteArray();
  const last = first.map(
    (byte, index) => byte | (0xff >> Math.min(8, Math.max(0, bits - index * 8))),
  );
  return { key: Uint8Array.from(first), keyEnd: Uint8Array.from(last) };
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
