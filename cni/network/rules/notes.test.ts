import { expect, test } from "vitest";
import { type Note, notePieces, notesOf, parseNote, pieceCount } from "./notes.ts";

const element = (set: string, text: string) => ({ set, key: Buffer.from(text, "hex") });
const long = `cni/a-network-with-a-name/${"0123456789abcdef".repeat(4)}/eth0`;

const rows: readonly Note[] = [
  { name: "cni/net/a/eth0", kind: "admission", elements: [] },
  { name: "cni/net/a/eth0", kind: "masquerade", elements: [element("m-4", "0a010203")] },
  { name: long, kind: "masquerade", elements: [element("masquerade-1a2b3c4d-4", "0a010203")] },
  {
    name: long,
    kind: "host-ports",
    elements: Array.from({ length: 60 }, (_, index) =>
      element("hostports-at6", `${"00".repeat(23)}${(index + 16).toString(16)}`),
    ),
  },
];

test.each(rows)("$kind of $name comes back from its pieces", (note) => {
  const pieces = notePieces(note);
  const comments = pieces.map(({ comment = "" }) => comment);
  expect(pieceCount(comments[0] ?? "")).toBe(pieces.length);
  expect(parseNote(comments)).toEqual(note);
  for (const comment of comments) expect(comment.length).toBeLessThan(128);
});

test("a set that was read in any order gives each note once", () => {
  const elements = rows.flatMap(notePieces).reverse();
  expect(new Set(notesOf(elements))).toEqual(new Set(rows));
});

test("what is no note is none", () => {
  expect(parseNote(["1 of somebody"])).toBeUndefined();
  expect(parseNote([])).toBeUndefined();
});
