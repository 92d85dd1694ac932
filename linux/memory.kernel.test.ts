import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { addressOf } from "./ffi.ts";
import { crosses4GiB, highWord, lowWord, pin, unpin } from "./memory.ts";

const GiB = 2 ** 30;

test.each([
  { address: 0, sizeBytes: 4 * GiB, crosses: false },
  { address: 4 * GiB - 64, sizeBytes: 64, crosses: false },
  { address: 4 * GiB - 64, sizeBytes: 65, crosses: true },
  { address: 4 * GiB, sizeBytes: 65, crosses: false },
  { address: 32_001 * 4 * GiB - 1, sizeBytes: 2, crosses: true },
])("$sizeBytes bytes at $address", ({ address, sizeBytes, crosses }) => {
  expect(crosses4GiB(address, sizeBytes)).toBe(crosses);
});

test.each([
  { address: 0x7f12_8000_0010, low: 0x8000_0010 - 2 ** 32, high: 0x7f12 },
  { address: 0x0000_7fff_fff0, low: 0x7fff_fff0, high: 0 },
])("the words of $address", ({ address, low, high }) => {
  expect(lowWord(address)).toBe(low);
  expect(highWord(address)).toBe(high);
});

describeWhere(["batchedSockets"], "pinned memory", () => {
  test("is zeroed and stays where it is", () => {
    const memory = pin(10_000);
    expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
    for (let round = 0; round < 50; round++) Buffer.allocUnsafeSlow(1 << 20).fill(round);
    expect(addressOf(memory.bytes)).toBe(memory.address);
    unpin(memory);
  });
});
