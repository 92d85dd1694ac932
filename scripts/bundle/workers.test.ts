import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withBundledWorkers, workerFiles } from "./workers.ts";

const root = join(import.meta.dirname, "../..");

test("the worker of the DNS server is found, and what is only for tests is not", () => {
  const files = workerFiles(root);
  expect(files).toContain("dns/server/udp-worker.ts");
  expect(files.filter((path) => path.includes("testing/"))).toEqual([]);
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each([
  [
    'new Worker(new URL("./a-worker.ts", import.meta.url), data)',
    'new Worker(new URL("./a-worker.js", import.meta.url), data)',
  ],
  ['new URL("../b/c.ts", import.meta.url)', 'new URL("./c.js", import.meta.url)'],
  ['new URL("https://example.test/a.ts")', 'new URL("https://example.test/a.ts")'],
])("%s", (source, bundled) => {
  expect(withBundledWorkers(source)).toBe(bundled);
});
