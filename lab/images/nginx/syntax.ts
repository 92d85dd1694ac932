import type { Directive } from "./contract.ts";
import { Emergency } from "./errors.ts";

type Token =
  | { readonly kind: "word"; readonly text: string; readonly line: number }
  | { readonly kind: ";" | "{" | "}"; readonly line: number };

/**
 * Reads the text of a configuration file into its tree (nginx.org/en/docs/beginners_guide.html, "Configuration File's
 * Structure"; quoting as in the original).
 * @throws Emergency naming file and line
 */
export function parseConfiguration(text: string, file: string): readonly Directive[] {
  const tokens = [...tokensOf(text, file)];
  const lastLine = text.split("\n").length;
  let at = 0;

  const block = (isNested: boolean): readonly Directive[] => {
    const directives: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined) {
        if (!isNested) return directives;
        throw Emergency.at({ file, line: lastLine }, 'unexpected end of file, expecting "}"');
      }
      at += 1;
      if (token.kind === "}") {
        if (isNested) return directives;
        throw Emergency.at({ file, line: token.line }, 'unexpected "}"');
      }
      if (token.kind !== "word")
        throw Emergency.at({ file, line: token.line }, `unexpected "${token.kind}"`);
      directives.push(directive(token.text, token.line));
    }
  };

  const directive = (name: string, line: number): Directive => {
    const args: string[] = [];
    for (;;) {
      const token = tokens[at];
      at += 1;
      if (token === undefined)
        throw Emergency.at(
          { file, line: lastLine },
          'unexpected end of file, expecting ";" or "}"',
        );
      if (token.kind === "word") args.push(token.text);
      else if (token.kind === ";") return { name, args, file, line };
      else if (token.kind === "{") return { name, args, block: block(true), file, line };
      else throw Emergency.at({ file, line: token.line }, 'unexpected "}"');
    }
  };

  return block(false);
}

function* tokensOf(text: string, file: string): Generator<Token> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "\n") line += 1;
    if (/\s/.test(char)) at += 1;
    else if (char === "#") at = endOfLine(text, at);
    else if (char === ";" || char === "{" || char === "}") {
      yield { kind: char, line };
      at += 1;
    } else {
      const end = endOfWord(text, at);
      if (end === undefined)
        throw Emergency.at({ file, line }, 'unexpected end of file, expecting ";" or "}"');
      const raw = text.slice(at, end);
      yield { kind: "word", text: unquote(raw), line };
      line += raw.split("\n").length - 1;
      at = end;
      if (/^["']/.test(raw) && !/[\s;{)]|^$/.test(text[end] ?? ""))
        throw Emergency.at({ file, line }, `unexpected "${text[end]}"`);
    }
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** A word ends at a space, ";" or "{", which "${name}" does not count as; a quoted one at its quote. */
function endOfWord(text: string, from: number): number | undefined {
  const quote = text[from] === '"' || text[from] === "'" ? text[from] : undefined;
  for (let at = quote === undefined ? from : from + 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\") at += 1;
    else if (quote !== undefined) {
      if (char === quote) return at + 1;
    } else if (char === "$" && text[at + 1] === "{") at += 1;
    else if (/[\s;{]/.test(char)) return at;
  }
  return quote === undefined ? text.length : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  t: "\t",
  r: "\r",
  n: "\n",
};

/** Without its quotes, and with the escapes that nginx itself knows; others, of regular expressions, stay. */
function unquote(raw: string): string {
  const inner = /^["']/.test(raw) ? raw.slice(1, -1) : raw;
  return inner.replace(/\\(["'\\trn])/g, (_, char: string) => escapes[char] ?? char);
}
