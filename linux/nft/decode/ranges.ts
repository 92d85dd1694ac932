import type { ReadElement } from "../contract.ts";
import type { RawElement } from "./elements.ts";

/**
 * Ranges from the starts and ends that the kernel lists one by one, in whatever order. An end carries the key behind
 * the range's last; a range without one reaches the last key of all.
 */
export function joinRanges(
  elements: readonly RawElement[],
  keyBytes: number,
): readonly ReadElement[] {
  const sorted = [...elements].sort(
    (a, b) => Buffer.compare(a.key, b.key) || Number(b.isEnd) - Number(a.isEnd),
  );
  return sorted.flatMap((element, index) => {
    if (element.isEnd) return [];
    const { isEnd: _, ...start } = element;
    const behind = sorted[index + 1];
    const last =
      behind === undefined ? lastKey(element.key, keyBytes) : keyBefore(behind.key, keyBytes);
    return [Buffer.compare(last, element.key) === 0 ? start : { ...start, keyEnd: last }];
  });
}

function lastKey(key: Uint8Array, keyBytes: number): Uint8Array {
  return Uint8Array.from(key, (_, index) => (index < keyBytes ? 0xff : 0));
}

/** The key before the given one in network order; the padding behind the key stays zero. */
function keyBefore(key: Uint8Array, keyBytes: number): Uint8Array {
  const before = Uint8Array.from(key);
  for (let index = keyBytes - 1; index >= 0; index -= 1) {
    const byte = before[index] ?? 0;
    before[index] = (byte - 1) & 0xff;
    if (byte !== 0) break;
  }
  return before;
}
