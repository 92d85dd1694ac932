/** Records as templates write them: looser than zone-file lines, in the ways that CoreDNS allows. */
import { classCode } from "../../wire/constants.ts";
import type { ResourceRecord } from "../../wire/contract.ts";
import { isAbsolute } from "../../wire/name.ts";
import { recordFromText } from "../../wire/record-text.ts";
import { wordsOf } from "../../wire/text.ts";
import { WireError } from "../../wire/wire-error.ts";

const DEFAULT_TTL = "3600";
const DEFAULT_CLASS = "IN";

/** Which words of a type's data are names. */
const NAME_WORDS: Readonly<Record<string, readonly number[]>> = {
  CNAME: [0],
  DNAME: [0],
  NS: [0],
  PTR: [0],
  MX: [1],
  SRV: [3],
  SOA: [0, 1],
};

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};
const DURATION = /^(?:\d+[smhdw])+$/i;
const TTL = /^(?:\d+|(?:\d+[smhdw])+)$/i;

/**
 * Reads OWNER [TTL] [CLASS] TYPE DATA (RFC 1035 §5.1): TTL and class may be absent or change places, names are
 * absolute with or without their last dot, times may have units and parentheses are passed over.
 *
 * @throws WireError that names the wrong word
 */
export function recordOf(text: string): ResourceRecord {
  const [owner, ...rest] = wordsOf(withoutParentheses(text));
  if (owner === undefined) throw new WireError("there is no record in it");
  let ttl: string | undefined;
  let recordClass: string | undefined;
  for (let word = rest[0]; word !== undefined; word = rest[0]) {
    if (ttl === undefined && TTL.test(word)) ttl = seconds(word);
    else if (recordClass === undefined && classCode(word) !== undefined) recordClass = word;
    else break;
    rest.shift();
  }
  const [type = "", ...data] = rest;
  const names = NAME_WORDS[type.toUpperCase()] ?? [];
  const isSoa = type.toUpperCase() === "SOA";
  const words = data.map((word, index) => {
    if (names.includes(index)) return absolute(word);
    return isSoa ? seconds(word) : word;
  });
  const head = [absolute(owner), ttl ?? DEFAULT_TTL, recordClass ?? DEFAULT_CLASS, type];
  return recordFromText([...head, ...words].join(" "));
}

const withoutParentheses = (text: string): string =>
  text.replace(/"(?:\\.|[^"\\])*"|\\.|;[^\n]*|[()\n]/g, (found) =>
    /^["\\]/.test(found) ? found : " ",
  );

function absolute(name: string): string {
  if (name === "@") return ".";
  return isAbsolute(name) ? name : `${name}.`;
}

/** "1h30m" as "5400"; anything else as it is. */
function seconds(word: string): string {
  if (!DURATION.test(word)) return word;
  let total = 0;
  for (const [, amount, unit = ""] of word.toLowerCase().matchAll(/(\d+)([smhdw])/g))
    total += Number(amount) * (UNIT_SECONDS[unit] ?? 0);
  return String(total);
}
