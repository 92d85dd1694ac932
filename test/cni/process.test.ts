import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callProcess } from "#cni/testing/process.ts";
import { asOneFile, asProcess, buildPlugin } from "./plugins.ts";
import { rows } from "./rows/all.ts";
import { describeRows } from "./suite.ts";

/** One row of each kind: a process a call is slow to start, and does the same. */
const numbers = [1, 3, 22, 23, 30, 35, 42, 43, 58, 61];
const some = rows.filter(({ number }) => numbers.includes(number));

describeRows("Fairlead's plugin as a process", asProcess, some);

const folder = mkdtempSync(join(tmpdir(), "fairlead-plugin-"));
beforeAll(() => buildPlugin(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeRows("Fairlead's plugin in one file", asOneFile(folder), some);

test("in one file it answers the same when it is found compiled, and as a copy in a runtime's folder", async () => {
  const copy = join(folder, "bin-bridge");
  copyFileSync(join(folder, "fairlead"), copy);
  const call = { command: "VERSION", id: "", config: "" };
  const first = await callProcess([join(folder, "fairlead")], call);
  expect(first).toMatchObject({ status: 0, stderr: "" });
  expect(existsSync(join(folder, "compiled-fairlead-VERSION"))).toBe(true);
  expect(await callProcess([copy], call)).toEqual(first);
});
