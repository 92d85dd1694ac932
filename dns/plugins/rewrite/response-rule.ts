/** Rules that leave the query alone and change TTLs or the rcode of its response. */
import { badValue, type Clause, takeArguments } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { Rcode, rcodeCode } from "../../wire/constants.ts";
import { foldName } from "../../wire/name.ts";
import type { ResponseStep, Rule } from "./contract.ts";
import { KINDS, type Kind, matcherOf, readKind, zonesOf } from "./name-pattern.ts";
import { eachRecord } from "./response.ts";

const MAX_TTL_SECONDS = 2_147_483_647;
const MAX_RCODE = Rcode.BADCOOKIE;

/** `ttl [KIND] NAME SECONDS|MIN-MAX` */
export function readTtlRule(clause: Clause): Omit<Rule, "continues"> {
  const form = `ttl ${KINDS} NAME SECONDS|MIN-MAX|MIN-|-MAX`;
  takeArguments(clause, form, { max: 3 });
  const { kind, from, rest } = readKind(clause, form, 1);
  const [range] = rest;
  if (range === undefined) throw new RangeError("too few words");
  const { min, max } = readRange(range);
  const clamp = eachRecord((record) => {
    const ttlSeconds = Math.min(Math.max(record.ttlSeconds, min), max);
    return { ...record, ttlSeconds };
  });
  return whereNameMatches(kind, from, clause.name, clamp);
}

function readRange(range: Token): { readonly min: number; readonly max: number } {
  const [, low = "", dash, high = ""] = /^(\d*)(-?)(\d*)$/.exec(range.text) ?? [];
  const min = Number(low);
  const max = dash === "" ? min : high === "" ? MAX_TTL_SECONDS : Number(high);
  if (dash === undefined || low + high === "" || min > max || max > MAX_TTL_SECONDS)
    throw badValue(range, "ttl", "is no time; it should look like 30, 30-300, 30- or -300");
  return { min, max };
}

/** `rcode [KIND] NAME FROM TO` */
export function readRcodeRule(clause: Clause): Omit<Rule, "continues"> {
  const form = `rcode ${KINDS} NAME FROM TO`;
  takeArguments(clause, form, { max: 4 });
  const { kind, from: name, rest } = readKind(clause, form, 2);
  const [from, to] = rest.map(readRcode);
  if (from === undefined || to === undefined) throw new RangeError("too few words");
  return whereNameMatches(kind, name, clause.name, (response) =>
    response.rcode === from ? { ...response, rcode: to } : response,
  );
}

function readRcode(word: Token): number {
  const code = /^\d+$/.test(word.text) ? Number(word.text) : rcodeCode(word.text);
  if (code !== undefined && code <= MAX_RCODE) return code;
  throw badValue(word, "rcode", `is unknown; it should look like SERVFAIL or 2`);
}

function whereNameMatches(
  kind: Kind,
  from: Token,
  owner: string,
  step: ResponseStep,
): Omit<Rule, "continues"> {
  const matches = matcherOf(kind, from, owner);
  const zones = zonesOf(kind, from);
  return {
    ...(zones === undefined ? {} : { zones }),
    rewrite: (query) =>
      matches(foldName(query.question.name)) ? { query, steps: [step] } : undefined,
  };
}
