import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Progress } from "../contract.ts";
import { filesOf } from "../files.ts";
import { labProgress, labStatus } from "./client.ts";

const step: Progress = { kind: "step", text: "3 nodes booted", atMs: 5 };

/** A supervisor that is killed in the middle of each answer. */
async function dyingSupervisor(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-control-"));
  const server = createServer((_, response) => {
    response.write(`${JSON.stringify(step)}\n`, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(filesOf(folder).control, resolve));
  onTestFinished(async () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test("progress ends when the supervisor ends", async () => {
  const folder = await dyingSupervisor();
  expect(await Array.fromAsync(labProgress(folder))).toEqual([step]);
});

test("a supervisor that ends while it answers has no status", async () => {
  expect(await labStatus(await dyingSupervisor())).toBeUndefined();
});
