import type { Expression } from "../contract.ts";
import type { RuleContext } from "./context.ts";
import { formatValue } from "./values.ts";

/** Meta keys that nft writes without the word. */
const plainMeta = new Set(["iif", "oif", "iifname", "oifname"]);

export function formatExpression(expression: Expression, context: RuleContext): string {
  switch (expression.kind) {
    case "payload":
      return context.field(expression.field);
    case "meta":
      return plainMeta.has(expression.key) ? expression.key : `meta ${expression.key}`;
    case "ct":
      return `ct ${expression.key}`;
    case "fib":
      return `fib ${expression.of} ${expression.result}`;
    case "socket":
      return `socket ${expression.key}`;
    case "numgen":
      return `numgen ${expression.mode} mod ${expression.mod}${formatOffset(expression.offset)}`;
    case "jhash": {
      const { of, mod, seed, offset } = expression;
      return `jhash ${formatKey(of, context)} mod ${mod} seed 0x${seed.toString(16)}${formatOffset(offset)}`;
    }
    case "lookup":
      return `${formatKey(expression.key, context)} map @${expression.map}`;
    case "constant":
      return formatValue(expression.type, expression.value);
  }
}

/** `ip daddr . meta l4proto . th dport` */
export function formatKey(parts: readonly Expression[], context: RuleContext): string {
  return parts.map((part) => formatExpression(part, context)).join(" . ");
}

function formatOffset(offset: number): string {
  return offset === 0 ? "" : ` offset ${offset}`;
}
