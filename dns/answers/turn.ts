/**
 * Which record of a set an answer begins with, so that each has the first place as often. The turn advances by the
 * golden ratio (of 2^32): its steps go round evenly, and so does every second or third of them. A mere count would
 * not, for clients that ask for A and AAAA in turn: each would always find the same record first.
 */
const GOLDEN_RATIO = 0x9e37_79b9;

export const nextTurn = (turn: number): number => (turn + GOLDEN_RATIO) | 0;

/** @param count of records, below 65536; @returns the index of the one to begin with */
export const firstInTurn = (turn: number, count: number): number => ((turn >>> 16) * count) >>> 16;
