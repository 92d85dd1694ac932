import type { Address } from "./address.ts";
import { contains, type Range, type RangeSet } from "./range.ts";

export interface Candidate {
  readonly address: Address;
  readonly range: Range;
}

/**
 * The set's addresses in round robin: from the one after `last` to the end, then from the start up to and with
 * `last`. Gateways are left out; nothing is counted through beforehand, whatever the size of an IPv6 range.
 */
export function* candidates(set: RangeSet, last: Address | undefined): Generator<Candidate> {
  const at = last === undefined ? -1 : set.findIndex((range) => contains(range, last));
  const current = set[at];
  if (last === undefined || current === undefined) {
    for (const range of set) yield* stretch(range, range.start, range.end);
    return;
  }
  yield* stretch(current, last.value + 1n, current.end);
  for (const range of [...set.slice(at + 1), ...set.slice(0, at)])
    yield* stretch(range, range.start, range.end);
  yield* stretch(current, current.start, last.value);
}

function* stretch(range: Range, from: bigint, to: bigint): Generator<Candidate> {
  const { family } = range.subnet;
  for (let value = from; value <= to; value += 1n)
    if (value !== range.gateway.value) yield { address: { family, value }, range };
}
