import type { Condition, Directive, Location, Step } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { regex } from "./regex.ts";
import { templateOf } from "./template.ts";

/** The directives of the rewrite module in a block, in their order. `branch` builds what stands in an `if`. */
export function buildSteps(
  block: readonly Directive[],
  branch: (directive: Directive) => Location,
): readonly Step[] {
  return block.flatMap((directive): readonly Step[] => {
    switch (directive.name) {
      case "return":
        return [returnStep(directive)];
      case "rewrite":
        return [rewriteStep(directive)];
      case "set":
        return [setStep(directive)];
      case "break":
        return [{ kind: "break" }];
      case "if":
        return [{ kind: "if", condition: conditionOf(directive), branch: branch(directive) }];
      default:
        return [];
    }
  });
}

function returnStep(directive: Directive): Step {
  const [first = "", text] = directive.args;
  if (/^https?:\/\/|^\$scheme/.test(first) && text === undefined)
    return { kind: "return", status: 302, text: templateOf(first) };
  if (!/^\d{3}$/.test(first)) throw Emergency.at(directive, `invalid return code "${first}"`);
  return {
    kind: "return",
    status: Number(first),
    text: text === undefined ? undefined : templateOf(text),
  };
}

function rewriteStep(directive: Directive): Step {
  const [pattern = "", replacement = "", flag] = directive.args;
  if (
    flag !== undefined &&
    flag !== "last" &&
    flag !== "break" &&
    flag !== "redirect" &&
    flag !== "permanent"
  )
    throw Emergency.at(directive, `invalid parameter "${flag}"`);
  return {
    kind: "rewrite",
    pattern: regex(pattern, "", directive),
    replacement: templateOf(replacement),
    flag,
  };
}

function setStep(directive: Directive): Step {
  const [target = "", value = ""] = directive.args;
  if (!target.startsWith("$")) throw Emergency.at(directive, `invalid variable name "${target}"`);
  return { kind: "set", name: target.slice(1), value: templateOf(value) };
}

function conditionOf(directive: Directive): Condition {
  const words = [...directive.args];
  if (words[0] === "(") words.shift();
  else words[0] = (words[0] ?? "").replace(/^\(/, "");
  if (words.at(-1) === ")") words.pop();
  else words.push((words.pop() ?? "").replace(/\)$/, ""));
  const [first = "", operator, ...rest] = words;
  const other = rest.join(" ");
  const [, not, test] = /^(!?)-([fdex])$/.exec(first) ?? [];
  if (test === "f" || test === "d" || test === "e" || test === "x")
    return { kind: "file", test, path: templateOf(operator ?? ""), negated: not === "!" };
  if (!first.startsWith("$")) throw Emergency.at(directive, `invalid condition "${first}"`);
  const value = templateOf(first);
  switch (operator) {
    case undefined:
      return { kind: "set", value };
    case "=":
    case "!=":
      return { kind: "equal", value, other: templateOf(other), negated: operator === "!=" };
    case "~":
    case "!~":
      return {
        kind: "match",
        value,
        pattern: regex(other, "", directive),
        negated: operator === "!~",
      };
    case "~*":
    case "!~*":
      return {
        kind: "match",
        value,
        pattern: regex(other, "i", directive),
        negated: operator === "!~*",
      };
    default:
      throw Emergency.at(directive, `unexpected "${operator}" in condition`);
  }
}
