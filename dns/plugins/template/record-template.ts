import type { RecordTemplate, TemplateData } from "./contract.ts";
import { readExpression } from "./expression.ts";
import { TemplateError } from "./template-error.ts";

type Part = string | ((data: TemplateData) => string);

/**
 * Reads a Go template: text with actions in double braces. A dash inside the braces takes away the white space beside
 * them, and an action between slash and asterisk is a comment.
 *
 * @throws TemplateError that says what is wrong or not supported
 */
export function readRecordTemplate(source: string): RecordTemplate {
  const groups = new Set<string>();
  const parts: Part[] = [];
  let rest = source;
  for (let open = rest.indexOf("{{"); open >= 0; open = rest.indexOf("{{")) {
    const close = endOfAction(rest, open + 2);
    if (close < 0) throw new TemplateError("a '{{' is never closed");
    const action = rest.slice(open + 2, close);
    const trimsBefore = /^-\s/.test(action);
    const trimsBehind = /\s-$/.test(action);
    const text = rest.slice(0, open);
    parts.push(trimsBefore ? text.trimEnd() : text);
    rest = rest.slice(close + 2);
    if (trimsBehind) rest = rest.trimStart();
    const inner = action.slice(trimsBefore ? 1 : 0, trimsBehind ? -1 : undefined).trim();
    if (!/^\/\*.*\*\/$/s.test(inner)) parts.push(printed(inner, groups));
  }
  parts.push(rest);
  return {
    source,
    groups: [...groups],
    fill: (data) => parts.map((part) => (typeof part === "string" ? part : part(data))).join(""),
  };
}

/** Where the action's closing braces are: those within a quoted text do not count. */
function endOfAction(text: string, start: number): number {
  const pattern = /"(?:\\.|[^"\\])*"|`[^`]*`|\}\}/g;
  pattern.lastIndex = start;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    if (found[0] === "}}") return found.index;
  }
  return -1;
}

function printed(action: string, groups: Set<string>): Part {
  const expression = readExpression(action, groups);
  return (data) => {
    const value = expression(data);
    if (typeof value === "object")
      throw new TemplateError(`'${action}' has several elements: take one with index`);
    return String(value);
  };
}
