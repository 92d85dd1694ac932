import type { Rule, Statement, TableFamily, Verdict } from "../contract.ts";
import { RuleContext } from "./context.ts";
import { formatExpression, formatKey } from "./expressions.ts";
import { formatMatch, formatMatchAny, formatMatchBits, formatMatchPrefix } from "./matches.ts";
import { formatDuration, formatValue } from "./values.ts";

/** A rule as a line of `nft list ruleset`. */
export function formatRule(rule: Rule, family: TableFamily): string {
  const context = new RuleContext(family);
  for (const statement of rule.statements) addStatement(statement, context);
  if (rule.comment !== undefined) context.add(`comment "${rule.comment}"`);
  return context.text();
}

export function formatVerdict(verdict: Verdict): string {
  return verdict.kind === "jump" || verdict.kind === "goto"
    ? `${verdict.kind} ${verdict.chain}`
    : verdict.kind;
}

function addStatement(statement: Statement, context: RuleContext): void {
  if (statement.kind === "match") formatMatch(statement, context);
  else context.add(formatStatement(statement, context));
}

function formatStatement(
  statement: Exclude<Statement, { kind: "match" }>,
  context: RuleContext,
): string {
  switch (statement.kind) {
    case "matchAny":
      return formatMatchAny(statement, context);
    case "matchBits":
      return formatMatchBits(statement, context);
    case "matchPrefix":
      return formatMatchPrefix(statement, context);
    case "inSet":
      return `${formatKey(statement.key, context)}${statement.negated ? " !=" : ""} @${statement.set}`;
    case "verdictMap":
      return `${formatKey(statement.key, context)} vmap @${statement.map}`;
    case "verdict":
      return formatVerdict(statement.verdict);
    case "counter":
      return "counter packets 0 bytes 0";
    case "set":
      return formatSet(statement, context);
    case "dnatMap":
      return formatDnatMap(statement, context);
    case "dnat":
    case "snat":
      return formatNat(statement, context);
    case "masquerade":
      return statement.fullyRandom ? "masquerade fully-random" : "masquerade";
    case "reject":
      return formatReject(statement.with, context);
    case "notrack":
      return "notrack";
    case "dynamic":
      return formatDynamic(statement, context);
    case "log":
      return formatLog(statement);
    case "limit": {
      const { perSecond, burst, over } = statement;
      const rate = `limit rate ${over ? "over " : ""}${perSecond}/second`;
      return burst === DEFAULT_BURST ? rate : `${rate} burst ${burst} packets`;
    }
  }
}

/** What nft leaves unsaid. */
const DEFAULT_BURST = 5;

function formatSet(
  { target, value }: Extract<Statement, { kind: "set" }>,
  context: RuleContext,
): string {
  const isBeside = target === "meta priority" || target === "meta mark" || target === "ct mark";
  return `${isBeside ? target : context.field(target)} set ${formatExpression(value, context)}`;
}

/** nft names the family where the map gives ports, and in inet. */
function formatDnatMap(
  { family, key, map, withPort }: Extract<Statement, { kind: "dnatMap" }>,
  context: RuleContext,
): string {
  const named = withPort || context.family === "inet" ? ` ${family}` : "";
  return `dnat${named} to ${formatKey(key, context)} map @${map}`;
}

function formatNat(
  statement: Extract<Statement, { kind: "dnat" | "snat" }>,
  context: RuleContext,
): string {
  const { kind, family, address } = statement;
  const text = formatValue(family === "ip" ? "ipv4_addr" : "ipv6_addr", address);
  const port = kind === "dnat" ? statement.port : undefined;
  const target = port === undefined ? text : `${family === "ip6" ? `[${text}]` : text}:${port}`;
  const named = context.family === "inet" ? ` ${family}` : "";
  return `${kind}${named} to ${target}`;
}

function formatReject(
  answer: Extract<Statement, { kind: "reject" }>["with"],
  context: RuleContext,
): string {
  if (answer === "port-unreachable") return "reject";
  if (answer === "tcp reset") {
    context.resetsTcp();
    return "reject with tcp reset";
  }
  const protocol = { ip: "icmp", ip6: "icmpv6" };
  const name =
    context.family === "ip" || context.family === "ip6" ? protocol[context.family] : "icmpx";
  return `reject with ${name} ${answer}`;
}

function formatDynamic(
  { op, set, key, data, timeoutMs }: Extract<Statement, { kind: "dynamic" }>,
  context: RuleContext,
): string {
  const timeout = timeoutMs === undefined ? "" : ` timeout ${formatDuration(timeoutMs)}`;
  const value = data === undefined ? "" : ` : ${formatExpression(data, context)}`;
  return `${op} @${set} { ${formatKey(key, context)}${timeout}${value} }`;
}

function formatLog({
  group,
  prefix,
  snapLengthBytes,
}: Extract<Statement, { kind: "log" }>): string {
  const snap = snapLengthBytes === undefined ? "" : ` snaplen ${snapLengthBytes}`;
  return `log${prefix === "" ? "" : ` prefix "${prefix}"`} group ${group}${snap}`;
}
