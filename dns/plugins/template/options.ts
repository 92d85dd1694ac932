/** Reads a template directive. Pure. */
import {
  badValue,
  type Clause,
  notSupportedYet,
  readInteger,
  readOptions,
  readRegExp,
  readZones,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive, Token } from "../../corefile/contract.ts";
import { classCode, Rcode, rcodeCode, typeCode } from "../../wire/constants.ts";
import type { Pattern, RecordTemplate, Section, TemplateRule } from "./contract.ts";
import { readRecordTemplate } from "./record-template.ts";
import { TemplateError } from "./template-error.ts";

const FORM = "template CLASS TYPE [ZONE...]";
const ANY_NAME: Pattern = { source: ".*", compiled: /.*/ };
const SUPPORTED = "match, answer, additional, authority, rcode, ederror, fallthrough";

/**
 * @param blockZones the server block's zones, for a directive that names none
 * @throws CorefileError
 */
export function readTemplateRule(
  directive: Directive,
  blockZones: readonly string[],
): TemplateRule {
  const [classWord, typeWord, ...zones] = takeArguments(directive, FORM, { min: 2 });
  if (classWord === undefined || typeWord === undefined) throw new RangeError("too few words");
  const patterns: Pattern[] = [];
  const records: Record<Section, RecordTemplate[]> = { answer: [], additional: [], authority: [] };
  const templates: { readonly token: Token; readonly template: RecordTemplate }[] = [];
  const section = (name: Section) => (option: Clause) => {
    for (const token of takeArguments(option, `${name} RR...`, { min: 1 })) {
      const template = readTemplate(token, name);
      templates.push({ token, template });
      records[name].push(template);
    }
  };
  const more: { -readonly [K in keyof TemplateRule]?: TemplateRule[K] } = {};
  readOptions(directive, {
    match: (option) => {
      for (const token of takeArguments(option, "match REGEX...", { min: 1 }))
        patterns.push({ source: token.text, compiled: readRegExp(token, "match") });
    },
    answer: section("answer"),
    additional: section("additional"),
    authority: section("authority"),
    rcode: (option) => {
      const token = takeOne(option, "rcode CODE");
      more.rcode = codeOf(token, "rcode", rcodeCode, "NXDOMAIN or REFUSED");
    },
    ederror: (option) => {
      more.extendedError = readExtendedError(option);
    },
    fallthrough: (option) => {
      more.fallthrough = readZones(option.args, "zone of fallthrough", ["."]);
    },
    var: notYet,
    expr: notYet,
    // Of no effect in CoreDNS either, which still reads it.
    upstream: () => {},
  });
  checkGroups(templates, patterns);
  return {
    class: codeOf(classWord, "class of template", classCode, "IN or ANY"),
    type: codeOf(typeWord, "type of template", typeCode, "A or ANY"),
    zones: readZones(zones, "zone of template", blockZones),
    patterns: patterns.length === 0 ? [ANY_NAME] : patterns,
    records,
    rcode: Rcode.NOERROR,
    ...more,
  };
}

function codeOf(
  token: Token,
  owner: string,
  lookUp: (word: string) => number | undefined,
  example: string,
): number {
  const code = lookUp(token.text);
  if (code !== undefined) return code;
  throw badValue(token, owner, `is unknown; it should look like ${example}`);
}

function readTemplate(token: Token, section: Section): RecordTemplate {
  try {
    return readRecordTemplate(token.text);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw badValue(token, section, `is no template: ${cause.message}`, { cause });
  }
}

/** A group that no pattern names would fail each query. */
function checkGroups(
  templates: readonly { readonly token: Token; readonly template: RecordTemplate }[],
  patterns: readonly Pattern[],
): void {
  const named = new Set(patterns.flatMap(({ source }) => groupNames(source)));
  for (const { token, template } of templates) {
    const missing = template.groups.find((group) => !named.has(group));
    if (missing !== undefined)
      throw badValue(token, "template", `takes the group '${missing}', which no match names`);
  }
}

const groupNames = (pattern: string): string[] =>
  [...pattern.matchAll(/\(\?P?<(\w+)>/g)].map(([, name = ""]) => name);

function readExtendedError(option: Clause): { readonly code: number; readonly text: string } {
  const [code, text] = takeArguments(option, "ederror CODE [REASON]", { min: 1, max: 2 });
  if (code === undefined) throw new RangeError("too few words");
  return { code: readInteger(code, "ederror", { min: 0, max: 65_535 }), text: text?.text ?? "" };
}

function notYet({ position, name }: Clause): never {
  throw notSupportedYet({ ...position, text: name }, "template", SUPPORTED);
}
