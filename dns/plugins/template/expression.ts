/**
 * The part of Go's template language that Corefiles use: fields of the query's data, `index`, `parseInt`, parentheses
 * and pipes. Every expression is checked when it is read, so that a Corefile with another one does not load.
 */
import { acceptedWords } from "../../corefile/suggest.ts";
import type { Expression } from "./contract.ts";
import { callFunction, functionNames } from "./functions.ts";
import { TemplateError } from "./template-error.ts";

const FIELDS: Readonly<Record<string, Expression>> = {
  ".Name": ({ name }) => name,
  ".Zone": ({ zone }) => zone,
  ".Class": ({ class: className }) => className,
  ".Type": ({ type }) => type,
  ".Regex": ({ regex }) => regex,
  ".Match": ({ match }) => match,
  ".Group": ({ group }) => group,
  ".Remote": ({ remote }) => remote,
  ".Question.Name": ({ question }) => question.name,
  ".Question.Qtype": ({ question }) => BigInt(question.type),
  ".Question.Qclass": ({ question }) => BigInt(question.class),
  ".Message.Id": ({ message }) => BigInt(message.id),
  ".Message.Opcode": ({ message }) => BigInt(message.opcode),
};

const KEYWORDS = new Set("if else end range with define template block break continue".split(" "));

const TOKEN = /\s*(?:("(?:\\.|[^"\\])*"|`[^`]*`)|((?:\.[A-Za-z_]\w*)+)|(\d+)|([A-Za-z_]\w*)|(\S))/y;

interface Token {
  readonly kind: "text" | "field" | "number" | "word" | "sign";
  readonly text: string;
}

/**
 * Reads what stands between the braces of an action.
 *
 * @param groups gets the names taken from `.Group`
 * @throws TemplateError for what is not supported
 */
export function readExpression(source: string, groups: Set<string>): Expression {
  const tokens = tokensOf(source);
  const expression = pipeline(tokens, groups);
  const [rest] = tokens;
  if (rest !== undefined) throw new TemplateError(`'${rest.text}' is too much in '${source}'`);
  return expression;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, quoted, field, number, word, sign = ""] = TOKEN.exec(text) ?? [];
    if (quoted !== undefined) tokens.push({ kind: "text", text: unquote(quoted) });
    else if (field !== undefined) tokens.push({ kind: "field", text: field });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

const unquote = (quoted: string): string =>
  quoted.startsWith("`") ? quoted.slice(1, -1) : quoted.slice(1, -1).replace(/\\(.)/g, "$1");

/** Commands joined by `|`: each takes the value before it as its last argument. */
function pipeline(tokens: Token[], groups: Set<string>): Expression {
  let expression = command(tokens, groups);
  while (tokens[0]?.kind === "sign" && tokens[0].text === "|") {
    tokens.shift();
    expression = command(tokens, groups, expression);
  }
  return expression;
}

/** A word that stands before arguments, or one value alone. */
function command(tokens: Token[], groups: Set<string>, piped?: Expression): Expression {
  const head = tokens.shift();
  if (head === undefined) throw new TemplateError("an action is empty");
  const isMeta = head.kind === "field" && head.text === ".Meta";
  if (head.kind !== "word" && !isMeta) {
    if (piped !== undefined) throw new TemplateError(`'${head.text}' takes nothing from a '|'`);
    return operand(head, tokens, groups);
  }
  const args: Expression[] = [];
  while (tokens.length > 0 && !(tokens[0]?.kind === "sign" && /[|)]/.test(tokens[0].text))) {
    args.push(operand(tokens.shift() as Token, tokens, groups));
  }
  if (piped !== undefined) args.push(piped);
  // There is no metadata yet: every label is unset, as in CoreDNS without the metadata plugin.
  if (isMeta) return () => "";
  return callFunction(checkedWord(head.text), args);
}

function checkedWord(word: string): string {
  if (functionNames.includes(word)) return word;
  if (KEYWORDS.has(word))
    throw new TemplateError(`'${word}' is not supported in templates yet; use a directive a case`);
  throw new TemplateError(`'${word}' is no function; ${acceptedWords(word, functionNames)}`);
}

function operand(token: Token, tokens: Token[], groups: Set<string>): Expression {
  const { kind, text } = token;
  if (kind === "text") return () => text;
  if (kind === "number") return () => BigInt(text);
  if (kind === "field") return field(text, groups);
  if (kind === "sign" && text === "(") {
    const inner = pipeline(tokens, groups);
    if (tokens.shift()?.text !== ")") throw new TemplateError("a '(' is never closed");
    return inner;
  }
  if (text === "$") throw new TemplateError("variables are not supported in templates yet");
  throw new TemplateError(`'${text}' is no value`);
}

function field(path: string, groups: Set<string>): Expression {
  if (Object.hasOwn(FIELDS, path)) return FIELDS[path] as Expression;
  const [, name] = /^\.Group\.(\w+)$/.exec(path) ?? [];
  if (name === undefined) {
    const accepted = [...Object.keys(FIELDS), ".Group.NAME", ".Meta"];
    throw new TemplateError(`'${path}' is unknown in templates; ${acceptedWords(path, accepted)}`);
  }
  groups.add(name);
  return ({ group, regex }) => {
    const value = group.get(name);
    if (value === undefined) throw new TemplateError(`the pattern '${regex}' has no group ${name}`);
    return value;
  };
}
