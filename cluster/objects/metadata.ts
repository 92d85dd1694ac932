import type { SlimObject } from "../contract.ts";
import type { Fields } from "./fields.ts";
import type { Pool } from "./pool.ts";

/** Labels and annotations that are Fairlead's own. */
export const OWN_PREFIX = "fairlead.dev/";

/** What every object's metadata holds for us. */
export function decodeMetadata(metadata: Fields, pool: Pool): SlimObject {
  return {
    namespace: pool.text(metadata.text("namespace") ?? ""),
    name: metadata.requiredText("name"),
    resourceVersion: metadata.text("resourceVersion") ?? "",
  };
}

/** The entries of a map of strings that begin with one of the prefixes, sorted so that equal ones are written alike. */
export function entriesBelow(
  map: Fields | undefined,
  prefixes: readonly string[],
  pool: Pool,
): Readonly<Record<string, string>> {
  const names = map?.names().filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  if (map === undefined || names === undefined || names.length === 0) return none;
  return Object.fromEntries(
    names.sort().map((name) => [pool.text(name), pool.text(map.text(name) ?? "")]),
  );
}

const none: Readonly<Record<string, string>> = {};

/** An RFC 3339 time as milliseconds since the epoch; undefined for what is none, which harms no reader. */
export function milliseconds(time: string | undefined): number | undefined {
  const value = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(value) ? undefined : value;
}
