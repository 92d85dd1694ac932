import type { Query } from "../../contract.ts";
import { className, RecordClass, RecordType, typeName } from "../../wire/constants.ts";
import { foldName } from "../../wire/name.ts";
import { isWithin, longestZone } from "../zones.ts";
import type { Pattern, TemplateData, TemplateRule } from "./contract.ts";

/** The data for the rule's records, "next" when another rule or plugin may know, "fail" when none may. */
export function matchRule(rule: TemplateRule, query: Query): TemplateData | "next" | "fail" {
  const { question } = query;
  const name = foldName(question.name);
  const zone = longestZone(rule.zones, name);
  if (zone === undefined || !covers(rule, question)) return "next";
  for (const pattern of rule.patterns) {
    const found = pattern.compiled.exec(name);
    if (found !== null) return dataOf(rule, pattern, found, zone, query);
  }
  return isWithin(name, rule.fallthrough ?? []) ? "next" : "fail";
}

/** ANY on either side covers all. */
function covers(rule: TemplateRule, asked: Query["question"]): boolean {
  const sameClass = rule.class === asked.class || isAnyClass(rule.class) || isAnyClass(asked.class);
  return sameClass && (rule.type === asked.type || isAnyType(rule.type) || isAnyType(asked.type));
}

const isAnyClass = (code: number): boolean => code === RecordClass.ANY;
const isAnyType = (code: number): boolean => code === RecordType.ANY;

function dataOf(
  rule: TemplateRule,
  pattern: Pattern,
  found: RegExpExecArray,
  zone: string,
  { question, message, client }: Query,
): TemplateData {
  const match = Array.from(found, (group: string | undefined) => group ?? "");
  const named = Object.entries(found.groups ?? {}) as [string, string | undefined][];
  const { class: asked, type } = question;
  return {
    name: foldName(question.name),
    zone,
    class: className(isAnyClass(asked) ? rule.class : asked),
    type: typeName(isAnyType(type) ? rule.type : type),
    regex: pattern.source,
    match,
    group: new Map([
      ...match.map((value, number) => [String(number), value] as const),
      ...named.map(([key, value]) => [key, value ?? ""] as const),
    ]),
    question,
    message,
    remote: client.address,
  };
}
