/** Reads a rewrite directive. Pure. */
import { type Clause, unknownWord } from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { type CnameServices, readCnameRule } from "./cname-rule.ts";
import type { Rule } from "./contract.ts";
import { readEdnsRule } from "./edns-rule.ts";
import { readNameRule } from "./name-rule.ts";
import { readQuestionRule } from "./question-rule.ts";
import { readRcodeRule, readTtlRule } from "./response-rule.ts";

const FORM = "rewrite [continue|stop] FIELD ...";

/**
 * @param services of rules that look up other names
 * @throws CorefileError
 */
export function readRule(directive: Directive, services: CnameServices): Rule {
  const words = wordsOf(directive);
  const [first] = words;
  const mode = first?.text.toLowerCase();
  const hasMode = mode === "continue" || mode === "stop";
  const [field, ...args] = hasMode ? words.slice(1) : words;
  const { position } = directive;
  if (field === undefined)
    throw new CorefileError(
      "FL-D012",
      position,
      `'rewrite' wants more words; it is written: ${FORM}`,
    );
  const name = field.text.toLowerCase();
  if (name === "answer")
    throw new CorefileError(
      "FL-D012",
      field,
      "an answer rule stands behind the name rule it is of",
    );
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (read === undefined) throw unknownWord(field, "rewrite", Object.keys(readers));
  const clause = { position: field, name, args };
  return { ...read(clause, services), continues: mode === "continue" };
}

/** A rule may be written in a block, on as many lines as one likes. */
function wordsOf({ args, block }: Directive) {
  const [line] = block;
  if (line === undefined) return args;
  if (args.length > 1)
    throw new CorefileError(
      "FL-D010",
      line.position,
      "a rule stands on its line or in a block, not in both",
    );
  return [...args, ...block.flatMap(({ words }) => words)];
}

type Reader = (clause: Clause, services: CnameServices) => Omit<Rule, "continues">;

const readers: Readonly<Record<string, Reader>> = {
  name: readNameRule,
  type: (clause) => readQuestionRule("type", clause),
  class: (clause) => readQuestionRule("class", clause),
  edns0: readEdnsRule,
  ttl: readTtlRule,
  cname: readCnameRule,
  rcode: readRcodeRule,
};
