import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";

const run = promisify(execFile);

/** Fills the heap with what lives and twice as much that does not, and says what is resident before and after. */
const script = `
  const { releaseMemory } = await import(${JSON.stringify(new URL("release-memory.ts", import.meta.url).href)});
  const make = (count, from) => Array.from({ length: count }, (_, n) => ({ name: "object " + (from + n), n }));
  let garbage = make(300_000, 0);
  const kept = make(100_000, 0);
  garbage = undefined;
  const before = process.memoryUsage.rss();
  releaseMemory();
  const after = process.memoryUsage.rss();
  console.log(JSON.stringify({ before, after, last: kept.at(-1) }));
`;

describeWhere(["batchedSockets"], "a process that has started", () => {
  test("gives back what lives no more, and keeps what does", async () => {
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const { stdout } = await run(process.execPath, args, { timeout: 20_000 });
    const { before, after, last } = JSON.parse(stdout) as Record<string, unknown>;
    expect(last).toEqual({ name: "object 99999", n: 99_999 });
    // 300,000 objects with a string each take 20 MB and more.
    expect(Number(before) - Number(after)).toBeGreaterThan(15_000_000);
  });
});
