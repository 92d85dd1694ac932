import { describe, expect, test } from "vitest";
import { compileFilter, type MessagePattern } from "./filter.ts";

/** As the kernel runs it: what is returned for the message, 0 for a drop. */
function run(program: Buffer, message: Uint8Array): number {
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const code = program.readUInt16LE(at);
    const value = program.readUInt32LE(at + 4);
    if (code === 0x06) return value;
    if (code === 0x30) accumulator = message[value] ?? 0;
    else if (code === 0x15) at += 8 * program.readUInt8(at + (accumulator === value ? 2 : 3));
    else throw new Error(`instruction ${code}`);
  }
  throw new Error("it does not end");
}

/** Type and the first bytes of the family's header. */
const message = (type: number, ...header: readonly number[]): Uint8Array =>
  Uint8Array.from([32, 0, 0, 0, type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...header]);

const patterns: readonly MessagePattern[] = [
  { type: 17 },
  {
    type: 20,
    bytes: [
      { offset: 0, value: 2 },
      { offset: 3, value: 0 },
    ],
  },
  { type: 25, bytes: [{ offset: 5, value: 86 }] },
];

describe("the messages that pass", () => {
  test.each([
    ["a type alone", message(17, 9, 9), true],
    ["another type", message(16, 9, 9), false],
    ["a type with all of its bytes", message(20, 2, 24, 0, 0), true],
    ["the first byte is another", message(20, 10, 24, 0, 0), false],
    ["the last byte is another", message(20, 2, 24, 0, 253), false],
    ["the last pattern", message(25, 2, 24, 0, 0, 254, 86), true],
    ["the last pattern, another byte", message(25, 2, 24, 0, 0, 254, 3), false],
  ])("%s", (_title, bytes, passes) => {
    expect(run(compileFilter(patterns), bytes)).toBe(passes ? 0xffff_ffff : 0);
  });

  test("none without a pattern", () => {
    expect(run(compileFilter([]), message(17))).toBe(0);
  });
});
