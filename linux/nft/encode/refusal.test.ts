import { expect, test } from "vitest";
import { HEADER_BYTES } from "#linux/netlink/abi.ts";
import type { NamedSet, Transaction } from "../contract.ts";
import { addElements, cidr, key } from "../testing/words.ts";
import { encodeBatch } from "./batch.ts";
import { refusalOf } from "./refusal.ts";

const sets: readonly NamedSet[] = [
  { name: "single", key: ["ipv4_addr"] },
  { name: "ranges", key: ["ipv4_addr"], interval: true },
];
const known = (name: string): NamedSet | undefined => sets.find((set) => set.name === name);
const many = Array.from({ length: 5000 }, (_, index) => ({
  key: key(`10.0.${index >> 8}.${index & 255}`),
}));
const transaction: Transaction = {
  table: { family: "ip", name: "t" },
  operations: [
    { kind: "addTable" },
    addElements("ranges", cidr("10.0.0.0/8"), cidr("224.0.0.0/3"), cidr("12.0.0.0/8")),
    addElements("single", ...many),
    { kind: "deleteSet", set: "gone" },
  ],
};
const batch = encodeBatch(transaction, known);

/** Where, from the start of its message, an attribute with these bytes in it lies. */
function offsetOf(sequence: number, bytes: Uint8Array): number {
  const start = batch.origins[sequence]?.start ?? 0;
  return batch.bytes.indexOf(bytes, start + HEADER_BYTES) - start;
}

const last = batch.origins.length - 2;
const lastOfMany = many.at(-1)?.key ?? key("0.0.0.0");

test.each([
  ["an operation without elements", 1, undefined, { operation: 0, element: undefined }],
  ["a set that is not there", last, 8, { operation: 3, element: undefined }],
  ["the batch as a whole", 0, undefined, { operation: undefined, element: undefined }],
  ["the first element", 2, offsetOf(2, key("10.0.0.0")) - 8, { operation: 1, element: 0 }],
  ["the end of the first", 2, offsetOf(2, key("11.0.0.0")) - 16, { operation: 1, element: 0 }],
  ["one that has no end", 2, offsetOf(2, key("224.0.0.0")) - 8, { operation: 1, element: 1 }],
  ["the one behind it", 2, offsetOf(2, key("12.0.0.0")) - 8, { operation: 1, element: 2 }],
  [
    "the last of several messages",
    last - 1,
    offsetOf(last - 1, lastOfMany) - 8,
    { operation: 2, element: many.length - 1 },
  ],
  ["elements, without a word on which", 3, undefined, { operation: 2, element: undefined }],
])("a complaint about %s", (_, sequence, offset, place) => {
  const complaint = { sequence, errno: 17, message: "why", offset };
  expect(refusalOf(batch, [complaint])).toEqual({ ...place, errnoName: "EEXIST", message: "why" });
});

test("acknowledgements are no complaints", () => {
  const taken = { sequence: last, errno: 0, message: "", offset: undefined };
  expect(refusalOf(batch, [taken])).toBeUndefined();
});
