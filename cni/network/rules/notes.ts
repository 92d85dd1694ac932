import type { Element, NamedSet, ReadElement } from "#linux/nft/contract.ts";
import type { OwnedRules } from "../../contract.ts";
import { sha256 } from "../../sha256.ts";
import { nameKey } from "./words.ts";

/** An element of an attachment, by where it is. */
export interface NotedElement {
  readonly set: string;
  readonly key: Uint8Array;
}

/** What an attachment has of one kind of rules. An admission that closes nothing has no element, and is noted too. */
export interface Note {
  /** ownerName() of the attachment. */
  readonly name: string;
  readonly kind: OwnedRules["kind"];
  readonly elements: readonly NotedElement[];
}

/**
 * Who has what, in the same table as the rules and changed in the same transaction. A note is kept in the comments of
 * elements of this set, cut into pieces, as a comment has its limit: under the note's tag and the number of the piece.
 * So DEL finds all of an owner by its name alone, at the same cost however many others there are.
 */
export const ownersSet: NamedSet = { name: "owners", key: ["ifname", "mark"] };

/** Of the 127 bytes that nft takes, without the count that leads the first piece. */
const PIECE_LENGTH = 120;
/** An interface's name has at most so many. */
const TAG_LENGTH = 15;

/** The comment of the owner's elements, for whoever meets them first; 60 bits of a digest. */
export function tagOf(name: string, kind: OwnedRules["kind"]): string {
  return sha256(`${name} ${kind}`).slice(0, TAG_LENGTH);
}

export function pieceKey(tag: string, index: number): Uint8Array {
  return Buffer.concat([nameKey(tag), new Uint8Array(Uint32Array.of(index).buffer)]);
}

/** The note as elements of the owners' set. */
export function notePieces({ name, kind, elements }: Note): readonly Element[] {
  const words = elements.map(({ set, key }) => `${set}=${Buffer.from(key).toString("hex")}`);
  const text = [kind, name, ...words].join(" ");
  const tag = tagOf(name, kind);
  const count = Math.ceil(text.length / PIECE_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    const piece = text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH);
    return { key: pieceKey(tag, index), comment: index === 0 ? `${count} ${piece}` : piece };
  });
}

/** How many pieces there are, by the first one's comment. */
export function pieceCount(first: string): number {
  return Number.parseInt(first, 10) || 0;
}

/** Undefined for what is no note. */
export function parseNote(pieces: readonly string[]): Note | undefined {
  const [, kind = "", name, ...words] = pieces.join("").split(" ");
  if (!isKind(kind) || name === undefined) return undefined;
  return {
    name,
    kind,
    elements: words.map((word) => {
      const [set = "", key = ""] = word.split("=");
      return { set, key: Buffer.from(key, "hex") };
    }),
  };
}

/** All notes of a set that was read from end to end. */
export function notesOf(elements: readonly ReadElement[]): readonly Note[] {
  const pieces = new Map<string, string[]>();
  for (const { key, comment = "" } of elements) {
    const tag = Buffer.from(key.subarray(0, TAG_LENGTH)).toString("latin1");
    const own = pieces.get(tag) ?? [];
    own[Buffer.from(key).readUInt32LE(TAG_LENGTH + 1)] = comment;
    pieces.set(tag, own);
  }
  return [...pieces.values()].map(parseNote).filter((note) => note !== undefined);
}

const kinds: readonly string[] = [
  "masquerade",
  "host-ports",
  "anti-spoof",
  "admission",
] satisfies OwnedRules["kind"][];

function isKind(text: string): text is OwnedRules["kind"] {
  return kinds.includes(text);
}
