/** Entries between their value form and their words in the arena. Pure but for the memory handed in. */
import { type CompiledEntry, type CompiledSet, SET_WORDS } from "./layout.ts";

const wordsOf = (bytes: number): number => (bytes + 3) >> 2;

/** Words that the entry needs in the arena. */
export function entryWords(entry: CompiledEntry): number {
  let words = 1 + wordsOf(entry.name.length) + entry.sets.length * SET_WORDS;
  for (const set of entry.sets)
    words += wordsOf(set.answer.length) + wordsOf(set.additional.length);
  return words;
}

/** Words of the entry at that offset, from its own head. */
export function storedWords(words: Int32Array, offset: number): number {
  const head = words[offset] as number;
  const sets = (head >>> 8) & 0xff;
  const directory = offset + 1 + wordsOf(head & 0xff);
  let total = directory - offset + sets * SET_WORDS;
  for (let set = 0; set < sets; set++) {
    const at = directory + set * SET_WORDS;
    total += wordsOf(words[at + 1] as number) + wordsOf((words[at + 3] as number) >>> 16);
  }
  return total;
}

/** Bytes of the entry's records alone. */
export function recordBytes(words: Int32Array, offset: number): number {
  const head = words[offset] as number;
  const nameBytes = head & 0xff;
  const directory = offset + 1 + wordsOf(nameBytes);
  let total = 0;
  for (let set = 0; set < ((head >>> 8) & 0xff); set++) {
    const at = directory + set * SET_WORDS;
    total += (words[at + 1] as number) + ((words[at + 3] as number) >>> 16);
  }
  return total;
}

function packBytes(target: Int32Array, at: number, bytes: Uint8Array): number {
  const words = wordsOf(bytes.length);
  for (let word = 0; word < words; word++) {
    const i = word * 4;
    // Bytes behind the end read as undefined, which the bit operators take as 0.
    target[at + word] =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
  }
  return at + words;
}

/** Writes the entry and returns how many words it took. */
export function packEntry(target: Int32Array, offset: number, entry: CompiledEntry): number {
  target[offset] =
    entry.name.length | (entry.sets.length << 8) | (entry.flags << 16) | (entry.zoneIndex << 24);
  let at = packBytes(target, offset + 1, entry.name);
  for (const set of entry.sets) {
    target[at++] = set.type | (set.answerCount << 16);
    target[at++] = set.answer.length;
    target[at++] = set.recordBytes;
    target[at++] = set.additionalCount | (set.additional.length << 16);
  }
  for (const set of entry.sets) {
    at = packBytes(target, at, set.answer);
    at = packBytes(target, at, set.additional);
  }
  return at - offset;
}

function unpackBytes(words: Int32Array, at: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (words[at + (i >> 2)] as number) >>> ((i & 3) * 8));
}

/** Reads an entry back as a value; for tests and for explaining. */
export function unpackEntry(words: Int32Array, offset: number): CompiledEntry {
  const head = words[offset] as number;
  const nameBytes = head & 0xff;
  const count = (head >>> 8) & 0xff;
  const directory = offset + 1 + wordsOf(nameBytes);
  let data = directory + count * SET_WORDS;
  const sets: CompiledSet[] = [];
  for (let set = 0; set < count; set++) {
    const at = directory + set * SET_WORDS;
    const types = words[at] as number;
    const answerBytes = words[at + 1] as number;
    const additional = words[at + 3] as number;
    const answer = unpackBytes(words, data, answerBytes);
    data += wordsOf(answerBytes);
    sets.push({
      type: types & 0xffff,
      answerCount: types >>> 16,
      answer,
      recordBytes: words[at + 2] as number,
      additionalCount: additional & 0xffff,
      additional: unpackBytes(words, data, additional >>> 16),
    });
    data += wordsOf(additional >>> 16);
  }
  return {
    name: unpackBytes(words, offset + 1, nameBytes),
    flags: (head >>> 16) & 0xff,
    zoneIndex: head >>> 24,
    sets,
  };
}
