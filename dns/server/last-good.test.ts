import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { testProcess } from "#test/support/plugin.ts";
import { parseCorefile } from "../corefile/parser.ts";
import { LastGoodCorefile } from "./last-good.ts";

function lastGood() {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-last-good-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { services, log } = testProcess();
  const state = join(folder, "state");
  return { folder, state, log, kept: new LastGoodCorefile(state, services.logger) };
}

const corefile = (text: string, environment = {}) =>
  parseCorefile(text, { file: "Corefile", environment });

test("what was saved last is loaded, and nothing else lies in the folder", () => {
  const { kept, state, log } = lastGood();
  expect(kept.load()).toBeUndefined();
  kept.save(corefile(".:53 {\n whoami\n}\n"));
  kept.save(corefile('{$ZONE}:53 {\n log . "{name} {type}"\n}\n', { ZONE: "a.test" }));
  const [block] = kept.load()?.blocks ?? [];
  expect(block?.addresses.map(({ zone }) => zone)).toEqual(["a.test."]);
  expect(block?.directives[0]?.args.map(({ text }) => text)).toEqual([".", "{name} {type}"]);
  expect(readdirSync(state)).toEqual(["Corefile.last-good"]);
  expect(log).toEqual([]);
});

test("what cannot be written down is not kept in place of what can", () => {
  const { kept, log } = lastGood();
  kept.save(corefile(".:53 {\n whoami\n}\n"));
  const before = readFileSync(kept.file, "utf8");
  kept.save(corefile(".:53 {\n log {$WORD}\n}\n", { WORD: "a b\\" }));
  expect(readFileSync(kept.file, "utf8")).toBe(before);
  expect(log.join()).toMatch(/^\[WARN\w*\] the configuration cannot be kept in .*state: /);
});

test("a file that nobody can read is as good as none, and is told of", () => {
  const { kept, log } = lastGood();
  kept.save(corefile(".:53 {\n whoami\n}\n"));
  writeFileSync(kept.file, '"never closed');
  expect(kept.load()).toBeUndefined();
  expect(log.join()).toMatch(/no last good configuration/);
});
