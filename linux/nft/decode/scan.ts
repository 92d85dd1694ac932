import { setImmediate } from "node:timers/promises";
import type { NamedSet, ReadElement } from "../contract.ts";
import { layoutOf } from "../encode/element-layout.ts";
import { kernelLength } from "../types.ts";
import { type RawElement, readElementList } from "./elements.ts";
import { joinRanges } from "./ranges.ts";

/** Messages that are decoded before the event loop gets its turn: some milliseconds' worth. */
const MESSAGES_AT_ONCE = 32;

/** Visits the elements of a dump's messages. */
export async function scanElements(
  set: NamedSet,
  bodies: readonly Uint8Array[],
  visit: (element: ReadElement) => void,
): Promise<void> {
  const layout = layoutOf(set);
  // Starts and ends of ranges come one by one, in any order. Such sets are small: lists of CIDRs.
  const halves: RawElement[] = [];
  const take = layout.ends === "second" ? (half: RawElement) => halves.push(half) : visit;
  for (const [index, body] of bodies.entries()) {
    readElementList(Buffer.from(body.buffer, body.byteOffset, body.length), layout, take);
    if (index % MESSAGES_AT_ONCE === MESSAGES_AT_ONCE - 1) await setImmediate();
  }
  for (const element of joinRanges(halves, kernelLength(set.key))) visit(element);
}
