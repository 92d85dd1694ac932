import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sha256 } from "./sha256.ts";

test("digests are those of Node's own, at every length around the ends of blocks", () => {
  for (let length = 0; length < 200; length += 1) {
    const text = "åbc-".repeat(length).slice(0, length);
    expect(sha256(text)).toBe(createHash("sha256").update(text).digest("hex"));
  }
});
