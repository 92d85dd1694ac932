import { NftValueError } from "../errors.ts";

/** One tag with its value, as nft keeps comments and other notes in the user data of objects: tag, length, bytes. */
export interface Note {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** What nft takes itself: NFTNL_UDATA_COMMENT_MAXLEN, the zero byte behind it included. */
const MAX_TEXT_BYTES = 128;

/** @throws NftValueError when the text is too long */
export function textNote(tag: number, text: string): Note {
  const value = Buffer.from(`${text}\0`);
  if (value.length > MAX_TEXT_BYTES)
    throw new NftValueError(
      `a comment has at most ${MAX_TEXT_BYTES - 1} bytes, "${text}" has ${value.length - 1}`,
    );
  return { tag, value };
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
