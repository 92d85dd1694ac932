import { expect, test } from "vitest";
import { encodeQuery } from "../data/wire.ts";
import { AnswerCheck } from "./answer-check.ts";

const query = { name: "a.test.", type: "A", edns: false, address: "10.96.200.7" } as const;
const check = new AnswerCheck([
  query,
  { ...query, address: "10.96.0.1" },
  { ...query, type: "SRV" },
]);

function answer(address: readonly number[], { rcode = 0, count = 1 } = {}): Buffer {
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address];
  const message = Buffer.concat([encodeQuery(query), Buffer.from(record)]);
  message[2] = 0x84;
  message[3] = rcode;
  message.writeUInt16BE(count, 6);
  return message;
}

test.each([
  ["the address", 0, answer([10, 96, 200, 7]), true],
  ["another service's", 1, answer([10, 96, 200, 7]), false],
  ["a failure", 0, answer([10, 96, 200, 7], { rcode: 2 }), false],
  ["no record", 0, answer([10, 96, 200, 7], { count: 0 }), false],
  ["a header alone", 0, answer([]).subarray(0, 12), false],
])("%s", (_, index, bytes, expected) => {
  expect(check.isRight(index, bytes, bytes.length)).toBe(expected);
});

test("queries without a known answer are not judged", () => {
  const free = new AnswerCheck([{ name: "a.test.", type: "A", edns: false }]);
  expect(free.isRight(0, Buffer.alloc(12), 12)).toBe(true);
});
