/** The five ways in which rules match names. */
import {
  badValue,
  type Clause,
  readOneOf,
  readRegExp,
  takeArguments,
} from "../../corefile/arguments.ts";
import type { Token } from "../../corefile/contract.ts";
import { foldName, isAbsolute, nameToWire, parentName } from "../../wire/name.ts";
import { WireError } from "../../wire/wire-error.ts";

const kinds = ["exact", "prefix", "suffix", "substring", "regex"] as const;
export type Kind = (typeof kinds)[number];
export const KINDS = `[${kinds.join("|")}]`;

/** Reads `[KIND] FROM` from the front of a clause with `after` more words; exact when there is no kind. */
export function readKind(
  clause: Clause,
  form: string,
  after: number,
): { readonly kind: Kind; readonly from: Token; readonly rest: readonly Token[] } {
  const args = takeArguments(clause, form, { min: 1 + after });
  const hasKind = args.length > 1 + after;
  const [first, second, ...rest] = args;
  if (first === undefined || second === undefined) throw new RangeError("too few words");
  if (!hasKind) return { kind: "exact", from: first, rest: [second, ...rest] };
  const kind = readOneOf({ ...first, text: first.text.toLowerCase() }, clause.name, kinds);
  return { kind, from: second, rest };
}

/** Lower case with a dot at its end: what CoreDNS makes of every pattern but regular expressions. */
export function normalized(text: string): string {
  return isAbsolute(text) ? foldName(text) : `${foldName(text)}.`;
}

/** Whether a name matches; names are handed in in lower case. */
export function matcherOf(kind: Kind, from: Token, owner: string): (name: string) => boolean {
  if (kind === "regex") {
    const pattern = readRegExp(from, owner);
    return (name) => pattern.test(name);
  }
  const text = normalized(from.text);
  switch (kind) {
    case "exact":
      return (name) => name === text;
    case "prefix":
      return (name) => name.startsWith(text);
    case "suffix":
      return (name) => name.endsWith(text);
    case "substring":
      return (name) => name.includes(text);
  }
}

/** What a matching name becomes; undefined for one that does not match. */
export type NameChange = (name: string) => string | undefined;

export function changeOf(kind: Kind, from: Token, to: Token, owner: string): NameChange {
  const replacement = normalized(to.text);
  if (kind === "regex") return regexChange(from, { ...to, text: replacement }, owner);
  const matches = matcherOf(kind, from, owner);
  const text = normalized(from.text);
  const changed: Readonly<Record<Exclude<Kind, "regex">, (name: string) => string>> = {
    exact: () => replacement,
    prefix: (name) => replacement + name.slice(text.length),
    suffix: (name) => name.slice(0, name.length - text.length) + replacement,
    substring: (name) => name.replaceAll(text, () => replacement),
  };
  return (name) => (matches(name) ? changed[kind](name) : undefined);
}

/** The whole name is replaced; `{1}` in the replacement stands for the pattern's first group, `{0}` for its match. */
export function regexChange(from: Token, to: Token, owner: string): NameChange {
  const pattern = readRegExp(from, owner);
  const groups = (new RegExp(`${pattern.source}|`, pattern.flags).exec("") ?? []).length - 1;
  for (const [placeholder, number] of to.text.matchAll(/\{(\d+)\}/g)) {
    if (Number(number) > groups)
      throw badValue(to, owner, `has ${placeholder}, but the pattern has ${groups} groups`);
  }
  return (name) => {
    const found = pattern.exec(name);
    if (found === null) return undefined;
    return to.text.replace(/\{(\d+)\}/g, (_, number: string) => found[Number(number)] ?? "");
  };
}

/** Zones that hold every name of the pattern; undefined when it can match anywhere. */
export function zonesOf(kind: Kind, from: Token): readonly string[] | undefined {
  const text = normalized(from.text);
  if (kind === "exact") return [text];
  if (kind !== "suffix") return undefined;
  // "a.test." also ends in a label that is longer than "a", so that only the zone above is sure.
  const zone = text.startsWith(".") ? text.slice(1) : parentName(text);
  return [zone === undefined || zone === "" ? "." : zone];
}

/** Whether the text is a name within the limits of RFC 1035 §2.3.4. */
export function isName(text: string): boolean {
  try {
    nameToWire(text);
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
