/** Entries of a hosts file (hosts(5)) as lookups want them. */
import { readIPv4, readIPv6, writeIPv4, writeIPv6 } from "../../wire/address.ts";
import { canonicalName, parentName } from "../../wire/name.ts";
import { WireError } from "../../wire/wire-error.ts";
import { isWithin } from "../zones.ts";

export interface HostsRules {
  /** Names elsewhere are passed over. */
  readonly zones: readonly string[];
  /** Keep the names of addresses too. */
  readonly reverse: boolean;
}

type Family = 4 | 6;
type Lists = Map<string, string[]>;

export class HostsTable {
  readonly #addresses: Readonly<Record<Family, Lists>> = { 4: new Map(), 6: new Map() };
  readonly #names: Lists = new Map();
  #entries = 0;

  /** @param text lines of an address and its names; `#` starts a comment, and lines of another form are passed over */
  constructor(text = "", rules: HostsRules = { zones: [], reverse: false }) {
    for (const line of text.split("\n")) {
      const comment = line.indexOf("#");
      const [word = "", ...names] = (comment < 0 ? line : line.slice(0, comment))
        .trim()
        .split(/\s+/);
      const address = names.length === 0 ? undefined : canonicalAddress(word);
      if (address === undefined) continue;
      for (const name of names) this.#add(address, name, rules);
    }
  }

  #add(address: string, text: string, { zones, reverse }: HostsRules): void {
    const name = ownerName(text);
    if (name === undefined || !isWithin(name, zones)) return;
    append(this.#addresses[address.includes(":") ? 6 : 4], name, address);
    this.#entries++;
    if (!reverse || isWildcard(name)) return;
    append(this.#names, address, name);
    this.#entries++;
  }

  /** Addresses of the name, else those of `*` in place of its first label. The name is in lower case. */
  addresses(name: string, family: Family): readonly string[] {
    const lists = this.#addresses[family];
    const found = lists.get(name);
    if (found !== undefined) return found;
    const parent = parentName(name);
    return (parent === undefined ? undefined : lists.get(wildcardBelow(parent))) ?? [];
  }

  names(address: string): readonly string[] {
    return this.#names.get(address) ?? [];
  }

  /** Owner names, wildcards among them. */
  *owners(): Generator<string> {
    yield* this.#addresses[4].keys();
    yield* this.#addresses[6].keys();
  }

  /** Addresses of names and names of addresses together. */
  get entries(): number {
    return this.#entries;
  }
}

const wildcardBelow = (parent: string): string => (parent === "." ? "*." : `*.${parent}`);

export const isWildcard = (name: string): boolean => name.startsWith("*.");

function append(lists: Lists, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** What nearly every line has; canonicalName() takes ten times as long. */
const PLAIN_NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i;
const MAX_PLAIN_CHARS = 253;

function ownerName(text: string): string | undefined {
  if (text.length <= MAX_PLAIN_CHARS && PLAIN_NAME.test(text)) {
    const lower = text.toLowerCase();
    return lower.endsWith(".") ? lower : `${lower}.`;
  }
  try {
    return canonicalName(text);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

const scratch = new Uint8Array(16);
const MAPPED = "::ffff:";

/** The address in canonical form, mapped IPv4 as IPv4 and without a zone index; undefined for other text. */
export function canonicalAddress(text: string): string | undefined {
  if (writeIPv4(text, scratch, 0)) return readIPv4(scratch, 0);
  const [address = ""] = text.split("%", 1);
  if (!writeIPv6(address, scratch, 0)) return undefined;
  const canonical = readIPv6(scratch, 0);
  return canonical.startsWith(MAPPED) && canonical.includes(".")
    ? canonical.slice(MAPPED.length)
    : canonical;
}
