/** Rules that ask for another type or class. */

import type { Query } from "../../contract.ts";
import { badValue, type Clause, takeArguments } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { classCode, typeCode } from "../../wire/constants.ts";
import type { Question } from "../../wire/contract.ts";
import type { Rule } from "./contract.ts";

/** The query with another question. */
export function withQuestion(query: Query, change: Partial<Question>): Query {
  const question = { ...query.question, ...change };
  return { ...query, question, message: { ...query.message, questions: [question] } };
}

const codes = {
  type: { codeOf: typeCode, example: "A or MX" },
  class: { codeOf: classCode, example: "IN or CH" },
} as const;

export function readQuestionRule(
  field: keyof typeof codes,
  clause: Clause,
): Omit<Rule, "continues"> {
  const words = takeArguments(clause, `${field} FROM TO`, { min: 2, max: 2 });
  const [from, to] = words.map((word) => readCode(field, word));
  if (from === undefined || to === undefined) throw new RangeError("too few words");
  return {
    rewrite: (query) =>
      query.question[field] === from
        ? { query: withQuestion(query, { [field]: to }), steps: [] }
        : undefined,
  };
}

function readCode(field: keyof typeof codes, word: Token): number {
  const { codeOf, example } = codes[field];
  const code = codeOf(word.text);
  if (code !== undefined) return code;
  throw badValue(word, field, `is unknown; it should look like ${example}`);
}
