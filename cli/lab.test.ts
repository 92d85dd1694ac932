import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { table } from "./lab/table.ts";
import { main } from "./main.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-lab-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function lab(...args: readonly string[]) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  const status = await main(["lab", ...args], {
    env: { FAIRLEAD_LAB: join(folder, "none") },
    stdout: stream,
    stderr: stream,
    stop: new AbortController().signal,
  });
  return { status, text: written.join("") };
}

test.each([
  [["--help"], 0, "a cluster on this machine"],
  [["up", "--help"], 0, "--subnet"],
  [["node", "--help"], 0, "pull a node's cable out"],
  [["up", "--nodes", "many"], 2, "give a number"],
  [["node", "explode", "node1"], 2, "stop, start, partition, heal"],
  [["node", "stop"], 2, "missing required argument 'name'"],
  [["status", "-o", "yaml"], 2, "Allowed choices are text, json"],
  [["status"], 1, "FL-M003: no lab is up in"],
  [["kubectl", "get", "pods", "-o", "wide"], 1, "FL-M003"],
  [["exec", "web", "--", "ls", "-l"], 1, "FL-M003"],
  [["kubeconfig"], 1, "FL-M003"],
  [["logs"], 1, "FL-M003"],
  [["node", "stop", "node1"], 1, "FL-M003"],
])("%j ends with %i", async (args, status, says) => {
  const outcome = await lab(...args);
  expect(outcome.text.toLowerCase()).toContain(says.toLowerCase());
  expect(outcome.status).toBe(status);
});

test("a folder that is somebody else's is not taken away", async () => {
  writeFileSync(join(folder, "letter"), "dear");
  const { status, text } = await lab("down", "--folder", folder);
  expect(text).toContain(`${folder} is no lab's folder: it holds letter`);
  expect(status).toBe(1);
});

test("columns are as wide as what is seen of them", () => {
  expect(
    table([
      ["A", "STATE", "B"],
      ["long", "\u001b[32mok\u001b[0m", "b"],
    ]),
  ).toBe("A      STATE   B\nlong   \u001b[32mok\u001b[0m      b\n");
});
