import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readImportFiles } from "./import-files.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "corefile-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, "custom/folder.override"), { recursive: true });
  writeFileSync(join(path, "custom/b.override"), "log");
  writeFileSync(join(path, "custom/a.override"), "errors");
  return path;
}

test.each([
  ["custom/a.override", ["errors"]],
  ["custom/*.override", ["errors", "log"]],
  ["custom/*.server", []],
  ["custom/none", undefined],
])("%s, seen from the Corefile, gives %j", (pattern, texts) => {
  const files = readImportFiles(pattern, join(folder(), "Corefile"));
  expect(files?.map(({ text }) => text)).toEqual(texts);
});

test("absolute names work from anywhere", () => {
  const path = join(folder(), "custom/a.override");
  expect(readImportFiles(path, "/elsewhere/Corefile")).toEqual([{ file: path, text: "errors" }]);
});
