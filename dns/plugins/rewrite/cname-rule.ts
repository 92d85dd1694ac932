import type { Logger } from "#observe/contract.ts";
import type { Lookup, Query } from "../../contract.ts";
import { type Clause, takeArguments } from "../../corefile/arguments.ts";
import type { Message, NameRecord } from "../../wire/contract.ts";
import { foldName } from "../../wire/name.ts";
import type { Rule } from "./contract.ts";
import { changeOf, isName, KINDS, type NameChange, readKind } from "./name-pattern.ts";

export interface CnameServices {
  readonly lookup: Lookup;
  readonly logger: Logger;
}

/**
 * `cname [KIND] FROM TO`: the first CNAME of the answer whose target matches leads elsewhere, and what comes behind it
 * is what the server itself finds there.
 */
export function readCnameRule(clause: Clause, services: CnameServices): Omit<Rule, "continues"> {
  const form = `cname ${KINDS} FROM TO`;
  takeArguments(clause, form, { max: 3 });
  const { kind, from, rest } = readKind(clause, form, 1);
  const [to] = rest;
  if (to === undefined) throw new RangeError("too few words");
  const change = changeOf(kind, from, to, "cname");
  return {
    rewrite: (query) => ({
      query,
      steps: [(response) => redirect(response, query, change, services)],
    }),
  };
}

async function redirect(
  response: Message,
  query: Query,
  change: NameChange,
  { lookup, logger }: CnameServices,
): Promise<Message> {
  const { answers } = response;
  const at = answers.findIndex(
    (record) => record.type === "CNAME" && change(foldName(record.target)) !== undefined,
  );
  if (at < 0) return response;
  // The index was found by this type.
  const alias = answers[at] as NameRecord;
  const target = change(foldName(alias.target));
  if (target === undefined || !isName(target)) return response;
  const found = await lookup(query, target, query.question.type);
  if (found === undefined) {
    logger.error(
      {},
      `CNAME of ${query.question.name} is left alone: nobody could answer ${target}`,
    );
    return response;
  }
  return {
    ...response,
    flags: { ...response.flags, truncated: found.flags.truncated },
    answers: [...answers.slice(0, at), { ...alias, target }, ...found.answers],
  };
}
