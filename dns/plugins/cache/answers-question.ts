/** Whether a reply answers its question, be it at the end of a chain of aliases (RFC 1034 §3.6.2). Pure. */
import { Rcode, RecordClass, RecordType } from "../../wire/constants.ts";
import type { Message, ResourceRecord } from "../../wire/contract.ts";
import { foldName } from "../../wire/name.ts";
import { recordTypeCode } from "../../wire/record-table.ts";

/** Two aliases of one name that differ, and aliases in a circle, answer nothing. */
export function answersQuestion({ rcode, questions, answers }: Message): boolean {
  const [question] = questions;
  if (rcode !== Rcode.NOERROR || question === undefined) return false;
  const { type } = question;
  const inClass = (record: ResourceRecord) =>
    question.class === RecordClass.ANY || record.class === question.class;
  const records = answers.filter(inClass);
  const asked = foldName(question.name);
  if (type === RecordType.ANY) return records.some(({ name }) => foldName(name) === asked);
  const aliases = aliasesIn(records);
  if (type === RecordType.CNAME) return aliases.get(asked) !== undefined;
  const owner = endOfAliases(aliases, asked);
  return records.some(
    (record) => recordTypeCode(record) === type && foldName(record.name) === owner,
  );
}

/** Targets by owner, undefined where an owner has several. */
function aliasesIn(records: readonly ResourceRecord[]): Map<string, string | undefined> {
  const aliases = new Map<string, string | undefined>();
  for (const record of records) {
    if (record.type !== "CNAME") continue;
    const owner = foldName(record.name);
    const target = foldName(record.target);
    const differs = aliases.has(owner) && aliases.get(owner) !== target;
    aliases.set(owner, differs ? undefined : target);
  }
  return aliases;
}

/** The name that stands at the end of the chain, undefined when it has no end. */
function endOfAliases(
  aliases: ReadonlyMap<string, string | undefined>,
  from: string,
): string | undefined {
  const seen = new Set<string>();
  let name: string | undefined = from;
  while (name !== undefined && aliases.has(name)) {
    if (seen.has(name)) return undefined;
    seen.add(name);
    name = aliases.get(name);
  }
  return name;
}
