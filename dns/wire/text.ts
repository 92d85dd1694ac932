/** Words and character strings of zone-file lines (RFC 1035 §5.1). */
import { decimalEscape, unescapeAt } from "./label.ts";
import { WireError } from "./wire-error.ts";

/**
 * The words of one line: split at blanks, quoted strings in one piece with their quotes, `;` comments cut off,
 * escapes left as they are. Throws WireError for a quote without its partner.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/"(?:\\.|[^"\\])*"|;.*|(?:\\.|[^\s";\\])+|[^\s]/g)) {
    if (word.startsWith(";")) break;
    if (word === '"' || word === "\\")
      throw new WireError(`${word} in "${line.trim()}" has nothing behind it`);
    words.push(word);
  }
  return words;
}

/** A character string in quotes: printable ASCII as it is, anything else as \DDD. */
export function formatText(text: string): string {
  const escaped = text.replace(/[^\x20-\x7e]|["\\]/g, (char) =>
    char === '"' || char === "\\" ? `\\${char}` : decimalEscape(char.charCodeAt(0)),
  );
  return `"${escaped}"`;
}

/** The character string that a word, quoted or not, stands for. */
export function parseText(word: string): string {
  const inner = word.startsWith('"') ? word.slice(1, -1) : word;
  return inner.replace(/\\(?:\d{3}|[\s\S])/g, (escaped) =>
    String.fromCharCode(unescapeAt(escaped, 0).octet),
  );
}
