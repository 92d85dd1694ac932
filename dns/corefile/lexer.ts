import type { Token } from "./contract.ts";
import { CorefileError } from "./errors.ts";

/** A word with what the parser needs to know of its surroundings. */
export interface LexedToken extends Token {
  /** True for the first word of a line. */
  readonly startsLine: boolean;
  /** True when it stood in quotes, so that "{" is a word and no brace. */
  readonly quoted: boolean;
}

/**
 * Splits a Corefile into words. They end at white space; `#` starts a comment even within a word; a word that
 * starts with a double quote reaches to the next one, over line ends as well, and \" in it is a quote. A backslash
 * means nothing else, so that regular expressions stay as written.
 *
 * @throws CorefileError FL-D010 for a quote that is never closed
 */
export function lex(text: string, file: string): LexedToken[] {
  const tokens: LexedToken[] = [];
  let line = 1;
  let startsLine = true;
  let offset = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  while (offset < text.length) {
    const char = text.charAt(offset);
    if (char === "\n") {
      line++;
      startsLine = true;
      offset++;
    } else if (isSpace(char)) {
      offset++;
    } else if (char === "#") {
      offset = endOfLine(text, offset);
    } else if (char === '"') {
      const { value, end } = readQuoted(text, offset, { file, line });
      tokens.push({ file, line, text: value, startsLine, quoted: true });
      line += value.split("\n").length - 1;
      startsLine = false;
      offset = end;
    } else {
      const end = endOfWord(text, offset);
      tokens.push({ file, line, text: text.slice(offset, end), startsLine, quoted: false });
      startsLine = false;
      offset = end;
    }
  }
  return tokens;
}

function isSpace(char: string): boolean {
  return /\s/.test(char);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
}

function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length && text.charAt(end) !== "#" && !isSpace(text.charAt(end))) end++;
  return end;
}

function readQuoted(
  text: string,
  start: number,
  position: { readonly file: string; readonly line: number },
): { readonly value: string; readonly end: number } {
  let value = "";
  for (let offset = start + 1; offset < text.length; offset++) {
    const char = text.charAt(offset);
    if (char === '"') return { value, end: offset + 1 };
    const next = text.charAt(offset + 1);
    if (char === "\\" && next !== "") {
      // The backslash stays unless it stands before a quote, and what is behind it ends nothing either way.
      value += next === '"' ? next : char + next;
      offset++;
    } else {
      value += char;
    }
  }
  throw new CorefileError("FL-D010", position, "the quote that opens here is never closed");
}
