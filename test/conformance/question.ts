import { classCode, Opcode, typeCode } from "#dns/wire/constants.ts";
import type { Message, Question } from "#dns/wire/contract.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import type { Case } from "./contract.ts";

const testns = "testns.svc.cluster.local.";

/** Writes out the abbreviations of the table: `$` and `@`. */
export function expand(text: string): string {
  return text.replaceAll("$", testns).replaceAll("@", "cluster.local.");
}

/** The question of a row: NAME TYPE or NAME CLASS TYPE. */
export function questionOf({ ask, row }: Case): Question {
  const words = ask.split(" ");
  const name = words[0];
  const type = typeCode(words.at(-1) ?? "");
  const klass = classCode(words.length === 3 ? (words[1] ?? "") : "IN");
  if (name === undefined || type === undefined || klass === undefined)
    throw new Error(`row ${row}: cannot read the question "${ask}"`);
  return { name: expand(name), type, class: klass };
}

/** Every other letter in upper case, as resolvers mix it to be hard to spoof (draft-vixie-dnsext-dns0x20). */
export function mixCase(name: string): string {
  return [...name].map((char, index) => (index % 2 === 0 ? char.toUpperCase() : char)).join("");
}

/** A query as stub resolvers send it; the flags are those of the row. */
export function queryOf(row: Case, question: Question, edns?: Message["edns"]): Message {
  const asked = row.askFlags?.split(" ") ?? [];
  return {
    id: 1 + Math.floor(Math.random() * 0xfffe),
    opcode: Opcode.QUERY,
    rcode: 0,
    flags: {
      response: false,
      authoritative: false,
      truncated: false,
      recursionDesired: !asked.includes("-rd"),
      recursionAvailable: false,
      authenticData: asked.includes("ad"),
      checkingDisabled: asked.includes("cd"),
    },
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    ...(edns === undefined ? {} : { edns }),
  };
}

/** A plain query for a question as the table writes it. */
export function questionBytes(ask: string): Uint8Array {
  const row = { row: ask, ask };
  return encodeMessage(queryOf(row, questionOf(row)));
}
