import { parseServerAddress } from "./address.ts";
import type { Corefile, Directive, Line, ServerAddress, ServerBlock, Token } from "./contract.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { CorefileError } from "./errors.ts";
import { expandImports, isBrace, type ReadImports } from "./imports.ts";
import { type LexedToken, lex } from "./lexer.ts";

export interface ParseOptions {
  /** Name for messages; relative imports start from its folder. */
  readonly file: string;
  /** Port of plain DNS where an address has none (-dns.port); 53 when absent. */
  readonly defaultPort?: number;
  readonly environment?: Environment;
  /** Absent: only snippets can be imported. */
  readonly readImports?: ReadImports;
}

/**
 * Reads a Corefile: server blocks of directives, with snippets, imports and environment variables put in. Names of
 * plugins and their options are not judged here.
 *
 * @throws CorefileError FL-D010 with file and line
 */
export function parseCorefile(text: string, options: ParseOptions): Corefile {
  const environment = options.environment ?? {};
  const readImports = options.readImports ?? (() => undefined);
  const tokens = expandImports(lex(text, options.file), { environment, readImports });
  const reader = new Reader(tokens, environment);
  const blocks: ServerBlock[] = [];
  while (reader.peek() !== undefined) blocks.push(serverBlock(reader, options.defaultPort ?? 53));
  return { file: options.file, blocks };
}

class Reader {
  readonly #tokens: readonly LexedToken[];
  readonly #environment: Environment;
  #index = 0;

  constructor(tokens: readonly LexedToken[], environment: Environment) {
    this.#tokens = tokens;
    this.#environment = environment;
  }

  peek(): LexedToken | undefined {
    return this.#tokens[this.#index];
  }

  next(): LexedToken | undefined {
    return this.#tokens[this.#index++];
  }

  /** The token as a plugin sees it: environment variables put in. */
  word(token: LexedToken): Token {
    return {
      file: token.file,
      line: token.line,
      text: expandEnvironment(token.text, this.#environment),
    };
  }
}

function positionOf({ file, line }: LexedToken) {
  return { file, line };
}

function serverBlock(reader: Reader, defaultPort: number): ServerBlock {
  const first = reader.peek();
  if (first === undefined) throw new RangeError("a server block starts with a word");
  if (isBrace(first, "}")) throw new CorefileError("FL-D010", first, "this '}' closes nothing");
  const addresses = serverAddresses(reader, defaultPort);
  const open = reader.peek();
  if (!isBrace(open, "{")) {
    // A file of one server needs no braces: all that follows belongs to it.
    return { position: positionOf(first), addresses, directives: directives(reader, undefined) };
  }
  if (addresses.length === 0)
    throw new CorefileError(
      "FL-D010",
      open,
      "a server block wants a zone before its '{', for example '.:53 {'",
    );
  reader.next();
  return { position: positionOf(first), addresses, directives: directives(reader, open) };
}

/** Reads addresses up to a brace or the end of the line; a comma at the end of a line lets them go on. */
function serverAddresses(reader: Reader, defaultPort: number): ServerAddress[] {
  const addresses: ServerAddress[] = [];
  let comma: LexedToken | undefined;
  for (let first = true; ; first = false) {
    const token = reader.peek();
    const ended =
      token === undefined ||
      isBrace(token, "{") ||
      (token.startsLine && !first && comma === undefined);
    if (ended) {
      if (comma === undefined) return addresses;
      throw new CorefileError(
        "FL-D010",
        comma,
        `'${comma.text}' ends with a comma, but no address follows`,
      );
    }
    reader.next();
    const { text } = reader.word(token);
    for (const part of text.split(",")) {
      if (part !== "")
        addresses.push(...parseServerAddress({ ...positionOf(token), text: part }, defaultPort));
    }
    comma = text.endsWith(",") ? token : undefined;
  }
}

/** Reads directives up to the brace that closes `open`, or to the end of the file where nothing was opened. */
function directives(reader: Reader, open: LexedToken | undefined): Directive[] {
  return lines(reader, open).map(({ position, words: [name, ...args], block = [] }) => ({
    position,
    name: name?.text ?? "",
    args,
    block,
  }));
}

function lines(reader: Reader, open: LexedToken | undefined): Line[] {
  const found: Line[] = [];
  for (let token = reader.next(); token !== undefined; token = reader.next()) {
    if (isBrace(token, "}")) {
      closing(reader, token, open);
      return found;
    }
    found.push(line(reader, token));
  }
  if (open !== undefined)
    throw new CorefileError("FL-D010", open, "the '{' of this line is never closed");
  return found;
}

function closing(reader: Reader, brace: LexedToken, open: LexedToken | undefined): void {
  if (open === undefined) throw new CorefileError("FL-D010", brace, "this '}' closes nothing");
  const following = reader.peek();
  if (following === undefined || following.startsLine) return;
  throw new CorefileError(
    "FL-D010",
    following,
    `'${following.text}' behind '}' should start a line of its own`,
  );
}

function line(reader: Reader, first: LexedToken): Line {
  if (isBrace(first, "{"))
    throw new CorefileError("FL-D010", first, "this '{' follows no word that could own it");
  const words = [reader.word(first)];
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    if (isBrace(token, "{")) {
      reader.next();
      return { position: positionOf(first), words, block: lines(reader, token) };
    }
    if (token.startsLine) break;
    if (isBrace(token, "}"))
      throw new CorefileError("FL-D010", token, "'}' stands on a line of its own");
    words.push(reader.word(token));
    reader.next();
  }
  return { position: positionOf(first), words };
}
