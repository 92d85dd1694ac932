import { typeFacts, type ValueType } from "../types.ts";

/**
 * nft sorts what it lists by value. Concatenations and host-order values are numbers with their last byte uppermost
 * to it, values in network order have their first byte uppermost.
 */
export function compareKeys(a: Uint8Array, b: Uint8Array, order: "network" | "host"): number {
  if (order === "network") return Buffer.compare(a, b);
  for (let index = Math.max(a.length, b.length) - 1; index >= 0; index -= 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Order of keys of these parts in a listing. */
export function orderOfKeys(parts: readonly ValueType[]): "network" | "host" {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? typeFacts[only].order : "host";
}

export function sortValues(type: ValueType, values: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...values].sort((a, b) => compareKeys(a, b, typeFacts[type].order));
}
