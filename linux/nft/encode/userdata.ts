/** One tag with its value, as nft keeps comments and other notes in the user data of objects: tag, length, bytes. */
export interface Note {
  readonly tag: number;
  readonly value: Uint8Array;
}

const MAX_VALUE_BYTES = 255;

export function textNote(tag: number, text: string): Note {
  return { tag, value: Buffer.from(`${text}\0`).subarray(0, MAX_VALUE_BYTES) };
}

/** A word in host order. */
export function wordNote(tag: number, word: number): Note {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(word);
  return { tag, value };
}

export function encodeNotes(notes: readonly Note[]): Uint8Array {
  return Buffer.concat(notes.map(({ tag, value }) => Buffer.from([tag, value.length, ...value])));
}

/** The text under a tag, if it is there. */
export function readTextNote(bytes: Uint8Array, tag: number): string | undefined {
  for (let at = 0; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    if (bytes[at] !== tag) continue;
    const value = Buffer.from(bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)));
    return value.toString("utf8").replace(/\0.*$/s, "");
  }
  return undefined;
}
