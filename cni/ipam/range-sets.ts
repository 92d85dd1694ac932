import type { CniVersion } from "../contract.ts";
import { CniError } from "../errors.ts";
import { Fields } from "../json.ts";
import { isAtLeast } from "../plugin/version.ts";
import { formatRange, overlaps, parseRange, type Range, type RangeSet } from "./range.ts";

interface PlacedSet {
  readonly path: string;
  readonly set: RangeSet;
}

/**
 * All range sets in the order that an interface's addresses come in: those the runtime asks for, the old style's one
 * range beside `type`, then `ranges`.
 * @throws CniError 7 naming the key at fault
 */
export function readRangeSets(
  ipam: Fields,
  runtimeConfig: Fields,
  cniVersion: CniVersion,
): readonly RangeSet[] {
  const single = ipam.text("subnet") ? [{ path: ipam.path, set: [parseRange(ipam)] }] : [];
  const placed = [...readSets(runtimeConfig, "ipRanges"), ...single, ...readSets(ipam, "ranges")];
  if (placed.length === 0)
    throw ipam.fault("ranges", "no IP ranges specified; give a subnet or a list of range sets");
  checkSets(placed);
  checkFamilies(placed, cniVersion);
  return placed.map(({ set }) => set);
}

function readSets(fields: Fields, key: string): PlacedSet[] {
  return (fields.list(key) ?? []).map((set, index) => {
    const path = `${fields.pathOf(key)}[${index}]`;
    if (!Array.isArray(set)) throw fields.fault(key, `item ${index} is no list of ranges`);
    if (set.length === 0) throw fields.fault(key, `item ${index} is an empty range set`);
    return { path, set: set.map((range, at) => parseRange(new Fields(range, `${path}[${at}]`))) };
  });
}

function checkSets(placed: readonly PlacedSet[]): void {
  for (const { path, set } of placed)
    if (set.some((range) => range.subnet.family !== set[0]?.subnet.family))
      throw new CniError(7, `${path}: mixed address families in one range set`);
  const all = placed.flatMap(({ path, set }) =>
    set.map((range, index): readonly [string, Range] => [`${path}[${index}]`, range]),
  );
  for (const [index, [path, range]] of all.entries())
    for (const [otherPath, other] of all.slice(0, index))
      if (overlaps(range, other))
        throw new CniError(
          7,
          `${path}: range ${formatRange(range)} overlaps with ${formatRange(other)} of ${otherPath}`,
        );
}

/** Results before 0.3.0 have room for one address a family. */
function checkFamilies(placed: readonly PlacedSet[], cniVersion: CniVersion): void {
  if (isAtLeast(cniVersion, "0.3.0")) return;
  const families = placed.map(({ set }) => set[0]?.subnet.family);
  if (new Set(families).size === families.length) return;
  throw new CniError(
    7,
    `CNI version ${cniVersion} does not support more than 1 address per family`,
  );
}
