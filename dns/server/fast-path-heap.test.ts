import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("a million answers take less than a byte of heap each", () => {
  const script = fileURLToPath(new URL("./fast-path-heap.ts", import.meta.url));
  const bytes = Number(execFileSync(process.execPath, [script], { encoding: "utf8" }));
  expect(bytes).toBeLessThan(1_000_000);
});
