/**
 * Answers that threads gave from cached messages, in shared memory: a row for each reader, which alone writes it, so
 * that sums are exact without atomic additions. Rows are a cache line apart: threads do not slow one another.
 */
import { MAX_READERS } from "./layout.ts";

const ROW_NUMBERS = 8;
export const SUCCESS_HITS = 0;
export const DENIAL_HITS = 1;

export function createHitCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(MAX_READERS * ROW_NUMBERS * Float64Array.BYTES_PER_ELEMENT);
}

/** The row of one reader, as it writes it. */
export function hitCountsOf(counts: SharedArrayBuffer, reader: number): Float64Array {
  const offset = reader * ROW_NUMBERS * Float64Array.BYTES_PER_ELEMENT;
  return new Float64Array(counts, offset, ROW_NUMBERS);
}

/** @param kind SUCCESS_HITS or DENIAL_HITS */
export function sumOfHits(counts: SharedArrayBuffer, kind: number): number {
  const numbers = new Float64Array(counts);
  let sum = 0;
  for (let at = kind; at < numbers.length; at += ROW_NUMBERS) sum += numbers[at] as number;
  return sum;
}
