import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tryLockFile } from "./file-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-lock-"));
const path = join(folder, "lock");
const open = () => openSync(path, "a+");
afterAll(() => rmSync(folder, { recursive: true }));

test("one descriptor at a time has the lock, and closing it gives it back", () => {
  const [first, second] = [open(), open()];
  expect(tryLockFile(first, path)).toBe(true);
  expect(tryLockFile(second, path)).toBe(false);
  closeSync(first);
  expect(tryLockFile(second, path)).toBe(true);
  closeSync(second);
});

test("other programs' flock is respected, and ends with them", async () => {
  const child = spawn("sh", ["-c", `exec 9>${path}; flock 9; echo locked; exec sleep 30`]);
  await once(child.stdout, "data");
  const fd = open();
  expect(tryLockFile(fd, path)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(tryLockFile(fd, path)).toBe(true);
  closeSync(fd);
});

test("a descriptor that is none is an error that names the file", () => {
  expect(() => tryLockFile(-1, path)).toThrow(`cannot lock ${path}: flock: EBADF`);
});
