/** What plugin setups read their words with, so that all accept the same forms and complain alike. */
import { isIP } from "node:net";
import type { Directive, Position, Token } from "./contract.ts";
import { CorefileError } from "./errors.ts";
import { parseGoDuration } from "./go-duration.ts";
import { compileGoRegExp, MAX_PATTERN_CHARS } from "./go-regexp.ts";
import { isCidr, reverseZones } from "./reverse-zones.ts";
import { acceptedWords } from "./suggest.ts";
import { readZoneName } from "./zone-name.ts";

/** A directive or one line of its block: a word and its arguments. */
export interface Clause {
  readonly position: Position;
  readonly name: string;
  readonly args: readonly Token[];
}

export interface HostPort {
  /** "" is every local address. IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** FL-D011: nobody knows the word; says what is known instead. */
export function unknownWord(
  token: Token,
  owner: string,
  accepted: readonly string[],
): CorefileError {
  return new CorefileError(
    "FL-D011",
    token,
    `'${token.text}' is unknown in ${owner}; ${acceptedWords(token.text, accepted)}`,
  );
}

/** FL-D011 for what CoreDNS knows and Fairlead does not yet. */
export function notSupportedYet(token: Token, owner: string, supported: string): CorefileError {
  return new CorefileError(
    "FL-D011",
    token,
    `'${token.text}' of ${owner} is not supported yet; supported: ${supported}`,
  );
}

/** FL-D012: the value has not the form it should have. */
export function badValue(
  token: Token,
  owner: string,
  fault: string,
  options?: ErrorOptions,
): CorefileError {
  return new CorefileError("FL-D012", token, `${owner} '${token.text}' ${fault}`, options);
}

/**
 * The clause's arguments, when there are as many as its form has.
 *
 * @param form how the clause is written, for example "lameduck DURATION"
 * @throws CorefileError FL-D012
 */
export function takeArguments(
  clause: Clause,
  form: string,
  { min = 0, max = Number.POSITIVE_INFINITY }: { readonly min?: number; readonly max?: number },
): readonly Token[] {
  const { args, name, position } = clause;
  if (args.length < min) {
    throw new CorefileError(
      "FL-D012",
      position,
      `'${name}' wants more words; it is written: ${form}`,
    );
  }
  const excess = args[max];
  if (excess === undefined) return args;
  throw new CorefileError(
    "FL-D012",
    excess,
    `'${excess.text}' is too many; it is written: ${form}`,
  );
}

/** Like takeArguments for exactly one. */
export function takeOne(clause: Clause, form: string): Token {
  const [only] = takeArguments(clause, form, { min: 1, max: 1 });
  if (only === undefined) throw new RangeError("takeArguments let too few words through");
  return only;
}

/**
 * Hands each line of the directive's block to the reader of its first word.
 *
 * @throws CorefileError FL-D011 for a word without a reader, FL-D010 for a block within the block
 */
export function readOptions(
  directive: Directive,
  readers: Readonly<Record<string, (option: Clause) => void>>,
): void {
  for (const { position, words, block } of directive.block) {
    const [head, ...args] = words;
    if (head === undefined) continue;
    const read = Object.hasOwn(readers, head.text) ? readers[head.text] : undefined;
    if (read === undefined) throw unknownWord(head, directive.name, Object.keys(readers));
    if (block !== undefined) {
      throw new CorefileError(
        "FL-D010",
        position,
        `'${head.text}' in ${directive.name} takes no block`,
      );
    }
    read({ position, name: head.text, args });
  }
}

/** Milliseconds, not negative. */
export function readDurationMs(token: Token, owner: string): number {
  const ms = parseGoDuration(token.text);
  if (ms === undefined) {
    throw badValue(token, owner, "is no duration; it should look like 5s, 1m30s or 500ms");
  }
  if (ms < 0) throw badValue(token, owner, "is negative");
  return ms;
}

export function readInteger(
  token: Token,
  owner: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = /^[+-]?\d+$/.test(token.text) ? Number(token.text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw badValue(token, owner, `is no integer from ${min} to ${max}`);
}

/** `host:port`, `:port`, `[v6]:port`. */
export function readHostPort(token: Token, owner: string): HostPort {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(token.text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw badValue(
      token,
      owner,
      "is no address; it should look like :8080, localhost:8080 or [::1]:8080",
    );
  }
  if (bracketed !== undefined && isIP(bracketed) !== 6) {
    throw badValue(token, owner, "has no IPv6 address between its brackets");
  }
  return { host: bracketed ?? plain ?? "", port };
}

export function readOneOf<const T extends string>(
  token: Token,
  owner: string,
  accepted: readonly T[],
): T {
  const found = accepted.find((word) => word === token.text);
  if (found === undefined) throw unknownWord(token, owner, accepted);
  return found;
}

/** A regular expression in Go's syntax. */
export function readRegExp(token: Token, owner: string): RegExp {
  if (token.text.length > MAX_PATTERN_CHARS) {
    throw new CorefileError(
      "FL-D012",
      token,
      `${owner} has ${token.text.length} characters; at most ${MAX_PATTERN_CHARS} are allowed`,
    );
  }
  try {
    return compileGoRegExp(token.text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw badValue(token, owner, `is no regular expression: ${reason}`, { cause });
  }
}

/** Zones in lower case with trailing dot, address blocks as their reverse zones; the fallback when none is named. */
export function readZones(
  tokens: readonly Token[],
  owner: string,
  fallback: readonly string[],
): readonly string[] {
  if (tokens.length === 0) return fallback;
  return tokens.flatMap((token) => {
    if (isCidr(token.text)) {
      const zones = reverseZones(token.text);
      if (zones !== undefined) return zones;
      throw badValue(
        token,
        owner,
        "is no address block; it should look like 10.0.0.0/24 or fd00::/64",
      );
    }
    return [readZoneName(token, token.text, owner, "FL-D012")];
  });
}
