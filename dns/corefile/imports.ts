import { type Environment, expandEnvironment } from "./environment.ts";
import { CorefileError } from "./errors.ts";
import { type LexedToken, lex } from "./lexer.ts";
import { acceptedWords } from "./suggest.ts";

export interface ImportedFile {
  readonly file: string;
  readonly text: string;
}

/** Reads the files an `import` names, as seen from the file it stands in; undefined when a plain name does not exist. */
export type ReadImports = (
  pattern: string,
  fromFile: string,
) => readonly ImportedFile[] | undefined;

export interface ImportOptions {
  readonly environment: Environment;
  readonly readImports: ReadImports;
}

/** Keeps snippets that multiply one another from filling the memory. */
const MAX_IMPORTS = 10_000;

interface Expansion extends ImportOptions {
  readonly snippets: Map<string, readonly LexedToken[]>;
  imports: number;
}

/**
 * Takes the snippets `(name) { ... }` out and puts what they and imported files hold where a line says `import`.
 *
 * @throws CorefileError FL-D010 for a snippet that is unclosed or declared twice, and for an import that names
 *   nothing, names itself, or is one of too many
 */
export function expandImports(tokens: readonly LexedToken[], options: ImportOptions): LexedToken[] {
  return expand(tokens, { ...options, snippets: new Map(), imports: 0 }, []);
}

function expand(
  tokens: readonly LexedToken[],
  expansion: Expansion,
  within: readonly string[],
): LexedToken[] {
  const out: LexedToken[] = [];
  let depth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (isBrace(token, "{")) depth++;
    if (isBrace(token, "}")) depth--;
    if (token.startsLine && !token.quoted && token.text === "import") {
      out.push(...importAt(tokens, index, expansion, within));
      index++;
    } else if (depth === 0 && isSnippetHead(token, tokens[index + 1])) {
      index = defineSnippet(tokens, index, expansion);
    } else {
      out.push(token);
    }
  }
  return out;
}

type Brace = LexedToken & { readonly quoted: false };

export function isBrace(token: LexedToken | undefined, brace: "{" | "}"): token is Brace {
  return token !== undefined && !token.quoted && token.text === brace;
}

function isSnippetHead(token: LexedToken, following: LexedToken | undefined): boolean {
  return token.startsLine && /^\(.*\)$/.test(token.text) && isBrace(following, "{");
}

/** Stores the snippet whose name stands at `start` and returns the index of its closing brace. */
function defineSnippet(tokens: readonly LexedToken[], start: number, expansion: Expansion): number {
  const head = tokens[start];
  if (head === undefined) return start;
  const name = head.text.slice(1, -1);
  if (expansion.snippets.has(name)) {
    throw new CorefileError("FL-D010", head, `snippet '${name}' is declared a second time`);
  }
  let depth = 0;
  for (let index = start + 1; index < tokens.length; index++) {
    if (isBrace(tokens[index], "{")) depth++;
    if (isBrace(tokens[index], "}")) depth--;
    if (depth > 0) continue;
    expansion.snippets.set(name, tokens.slice(start + 2, index));
    return index;
  }
  throw new CorefileError("FL-D010", head, `the '{' of snippet '${name}' is never closed`);
}

function importAt(
  tokens: readonly LexedToken[],
  index: number,
  expansion: Expansion,
  within: readonly string[],
): LexedToken[] {
  const word = tokens[index];
  const argument = tokens[index + 1];
  if (word === undefined) return [];
  if (argument === undefined || argument.startsLine) {
    throw new CorefileError(
      "FL-D010",
      word,
      "import wants the name of a snippet, a file or a pattern such as custom/*.override",
    );
  }
  const excess = tokens[index + 2];
  if (excess !== undefined && !excess.startsLine && !isBrace(excess, "}")) {
    throw new CorefileError("FL-D010", word, `import takes one name; '${excess.text}' is too many`);
  }
  expansion.imports++;
  if (expansion.imports > MAX_IMPORTS) {
    throw new CorefileError("FL-D010", word, `more than ${MAX_IMPORTS} imports`);
  }
  return resolve(argument, expansion, within);
}

function resolve(
  argument: LexedToken,
  expansion: Expansion,
  within: readonly string[],
): LexedToken[] {
  const name = expandEnvironment(argument.text, expansion.environment);
  const snippet = expansion.snippets.get(name);
  if (snippet !== undefined) return nested(name, snippet, argument, expansion, within);
  const files = expansion.readImports(name, argument.file);
  if (files === undefined) {
    const known = [...expansion.snippets.keys()];
    const hint =
      known.length === 0 ? "there are no snippets" : `snippets: ${acceptedWords(name, known)}`;
    throw new CorefileError(
      "FL-D010",
      argument,
      `there is neither a snippet nor a file '${name}' to import; ${hint}`,
    );
  }
  return files.flatMap(({ file, text }) =>
    nested(file, lex(text, file), argument, expansion, within),
  );
}

function nested(
  name: string,
  tokens: readonly LexedToken[],
  at: LexedToken,
  expansion: Expansion,
  within: readonly string[],
): LexedToken[] {
  if (within.includes(name)) {
    throw new CorefileError(
      "FL-D010",
      at,
      `'${name}' imports itself: ${[...within, name].join(" -> ")}`,
    );
  }
  const [first, ...rest] = expand(tokens, expansion, [...within, name]);
  return first === undefined ? [] : [{ ...first, startsLine: true }, ...rest];
}
