import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { secretsIn } from "./secrets-directory.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-certificates-"));
});

afterEach(() => rm(directory, { recursive: true }));

it("keeps what it made, keys for the owner only", async () => {
  const inside = join(directory, "new");
  const made = await secretsIn(inside);
  expect(await secretsIn(inside)).toEqual(made);
  expect((await readdir(inside)).toSorted()).toEqual(["ca.crt", "ca.key", "sa.key"]);
  expect((await stat(join(inside, "ca.key"))).mode & 0o777).toBe(0o600);
});

it("does not mend a directory that lost a file", async () => {
  await secretsIn(directory);
  await rm(join(directory, "sa.key"));
  await expect(secretsIn(directory)).rejects.toThrowError(/ca\.crt, ca\.key, sa\.key, or none/);
});
