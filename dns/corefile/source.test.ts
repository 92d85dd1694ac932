import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CorefileSource } from "./source.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "fairlead-source-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function sourceOf(file: string, fallback?: string): CorefileSource {
  return new CorefileSource({
    file,
    defaultPort: 53,
    environment: {},
    ...(fallback === undefined ? {} : { fallback }),
  });
}

test("the same content has the same hash, and what is imported belongs to it", () => {
  const path = folder();
  const file = join(path, "Corefile");
  writeFileSync(file, ".:53 {\n import *.part\n}\n");
  const source = sourceOf(file);
  const hashes = [source.read().sha512, source.read().sha512];
  writeFileSync(join(path, "b.part"), "errors\n");
  hashes.push(source.read().sha512);
  writeFileSync(join(path, "b.part"), "log\n");
  hashes.push(source.read().sha512);
  expect(hashes[0]).toMatch(/^[0-9a-f]{128}$/);
  expect(hashes[1]).toBe(hashes[0]);
  expect(new Set(hashes).size).toBe(3);
});

test("a ConfigMap is seen to change though its links stay", () => {
  const path = folder();
  for (const [version, text] of [
    ["..1", ".:53 {\n errors\n}\n"],
    ["..2", ".:53 {\n log\n}\n"],
  ] as const) {
    mkdirSync(join(path, version));
    writeFileSync(join(path, version, "Corefile"), text);
  }
  symlinkSync("..1", join(path, "..data"));
  symlinkSync("..data/Corefile", join(path, "Corefile"));
  const source = sourceOf(join(path, "Corefile"));
  const before = source.read().sha512;
  symlinkSync("..2", join(path, "..data_tmp"));
  renameSync(join(path, "..data_tmp"), join(path, "..data"));
  expect(source.read().sha512).not.toBe(before);
});

test("what cannot be read or parsed has a hash of its own, which changes once it is mended", () => {
  const path = folder();
  const file = join(path, "Corefile");
  const source = sourceOf(file);
  const seen = new Set<string>();
  const outcome = (): string => {
    const reading = source.read();
    seen.add(reading.sha512);
    return "error" in reading ? reading.error.message : "ok";
  };
  expect(outcome()).toMatch(/^-conf .*Corefile cannot be read: ENOENT/);
  writeFileSync(file, ".:53 {\n import part\n}\n");
  expect(outcome()).toMatch(/Corefile:2: there is neither a snippet nor a file 'part'/);
  writeFileSync(join(path, "part"), '"never closed');
  expect(outcome()).toMatch(/part:1: the quote that opens here is never closed/);
  writeFileSync(join(path, "part"), "errors\n");
  expect(outcome()).toBe("ok");
  expect(seen.size).toBe(4);
});

test("a fallback stands in for a file that is not there", () => {
  const reading = sourceOf(join(folder(), "Corefile"), ".:53 {\n whoami\n}\n").read();
  expect("corefile" in reading && reading.corefile.blocks).toHaveLength(1);
});
