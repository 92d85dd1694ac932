import type { Statement } from "../contract.ts";
import { typeOf } from "../fields.ts";
import type { ValueType } from "../types.ts";
import type { RuleContext } from "./context.ts";
import { formatExpression } from "./expressions.ts";
import { sortValues } from "./order.ts";
import { formatFlags, formatValue, numberOf } from "./values.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** Adds the match; some are left out again when a later field implies them. */
export function formatMatch({ left, op, right }: Of<"match">, context: RuleContext): void {
  const type = typeOf(left) ?? "mark";
  const name = formatExpression(left, context);
  const text = `${name}${op === "==" ? "" : ` ${op}`} ${formatValue(type, right)}`;
  if (left.kind === "meta" && op === "==") {
    const value = numberOf(type, right);
    if (left.key === "l4proto") context.noteTransport(value);
    else if (left.key === "nfproto" || left.key === "protocol")
      context.noteNetwork(left.key, value);
  }
  context.add(text);
}

export function formatMatchAny(
  { left, values, negated }: Of<"matchAny">,
  context: RuleContext,
): string {
  const type = typeOf(left) ?? "mark";
  const list = sortValues(type, values).map((value) => formatValue(type, value));
  return `${formatExpression(left, context)}${negated ? " !=" : ""} { ${list.join(", ")} }`;
}

export function formatMatchBits(
  { left, mask, op, value }: Of<"matchBits">,
  context: RuleContext,
): string {
  const type = typeOf(left) ?? "mark";
  const name = formatExpression(left, context);
  const flags = formatFlags(type, mask);
  if (flags === undefined) return `${name} & ${word(mask)} ${op} ${word(value)}`;
  if (op === "!=" && value === 0) return `${name} ${flags}`;
  return `${name} & (${flags.replaceAll(",", " | ")}) ${op} ${formatFlags(type, value) || "0x0"}`;
}

export function formatMatchPrefix(
  { left, op, prefix, lengthBits }: Of<"matchPrefix">,
  context: RuleContext,
): string {
  const type: ValueType = typeOf(left) ?? "ipv4_addr";
  const name = formatExpression(left, context);
  return `${name}${op === "==" ? "" : ` ${op}`} ${formatValue(type, prefix)}/${lengthBits}`;
}

function word(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}
