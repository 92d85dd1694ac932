import { type Clause, takeArguments, unknownWord } from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { foldName } from "../../wire/name.ts";
import type { ResponseStep, Rule } from "./contract.ts";
import { changeOf, KINDS, normalized, readKind, regexChange, zonesOf } from "./name-pattern.ts";
import { withQuestion } from "./question-rule.ts";
import { ownerStep, remap, valueStep } from "./response.ts";

const FORM = `name ${KINDS} FROM TO [answer auto|name|value ...]`;

/** Asks for another name, and gives the response its names back where that is asked for. */
export function readNameRule(clause: Clause): Omit<Rule, "continues"> {
  const end = clause.args.findIndex(({ text }) => text === "answer");
  const head = { ...clause, args: end < 0 ? clause.args : clause.args.slice(0, end) };
  takeArguments(head, FORM, { max: 3 });
  const { kind, from, rest } = readKind(head, FORM, 1);
  const [to] = rest;
  if (to === undefined) throw new RangeError("too few words");
  const change = changeOf(kind, from, to, "name");
  const answers = readAnswers(end < 0 ? [] : clause.args.slice(end), clause);
  const auto = answers.auto || kind === "exact";
  // A suffix is put back wherever it stands; otherwise the one name asked for is, with the names below it.
  const suffixBack = kind === "suffix" ? changeOf("suffix", to, from, "name") : undefined;
  const zones = zonesOf(kind, from);
  return {
    ...(zones === undefined ? {} : { zones }),
    rewrite(query) {
      const asked = query.question.name;
      const name = change(foldName(asked));
      if (name === undefined) return undefined;
      const back = suffixBack ?? remap(name, asked);
      const steps = auto ? [ownerStep(back), valueStep(back), ...answers.steps] : answers.steps;
      return { query: withQuestion(query, { name }), steps };
    },
  };
}

/** `answer auto`, `answer name FROM TO` and `answer value FROM TO`; `answer` may be left out behind the first. */
function readAnswers(
  words: readonly Token[],
  { position }: Clause,
): { readonly auto: boolean; readonly steps: readonly ResponseStep[] } {
  let auto = false;
  let named: Token | undefined;
  const steps: ResponseStep[] = [];
  for (let at = 0; at < words.length; ) {
    if (words[at]?.text === "answer") at++;
    const [what, from, to] = words.slice(at, at + 3);
    at += 3;
    if (what?.text === "auto") {
      auto = true;
      at -= 2;
    } else if (what !== undefined && what.text !== "name" && what.text !== "value") {
      throw unknownWord(what, "answer", ["auto", "name", "value"]);
    } else if (what === undefined || from === undefined || to === undefined) {
      const form = "answer auto, or answer name|value FROM TO";
      throw new CorefileError("FL-D012", what ?? position, `'answer' is written: ${form}`);
    } else {
      const change = regexChange(from, { ...to, text: normalized(to.text) }, `answer ${what.text}`);
      steps.push(what.text === "name" ? ownerStep(change) : valueStep(change));
      if (what.text === "name") named = what;
    }
  }
  if (auto && named !== undefined)
    throw new CorefileError("FL-D012", named, "answer name and answer auto exclude each other");
  return { auto, steps };
}
