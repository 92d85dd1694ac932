import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { main } from "./main.ts";

async function run(args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const status = await main(["dns", ...args], {
    env: { ZONE: "example.org" },
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    stop: new AbortController().signal,
  });
  return { status, ...written };
}

function corefile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-check-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "Corefile");
  writeFileSync(file, text);
  return file;
}

test("a line for each server block", async () => {
  const file = corefile(`cluster.local 10.0.0.0/8 {
  loadbalance
  kubernetes cluster.local
}
{$ZONE} {
  bind 127.0.0.1 ::1
  log
  kubernetes {$ZONE}
  whoami
}
`);
  const expected = `cluster.local. 10.in-addr.arpa. on dns://:1053; plugins: loadbalance kubernetes; compiled: cluster.local.; cached: none
example.org. on dns://127.0.0.1:1053 dns://[::1]:1053; plugins: bind log kubernetes whoami; compiled: none; cached: none
`;
  for (const named of [[file], ["-conf", file]]) {
    const result = await run(["check", "-dns.port", "1053", ...named]);
    expect(result).toEqual({ status: 0, out: expected, err: "" });
  }
});

test("all that is wrong, a line each", async () => {
  const file = corefile(". {\n  whomai\n  health nowhere\n}\n");
  const { status, out, err } = await run(["check", file]);
  expect([status, out]).toEqual([1, ""]);
  expect(err).toMatch(/Corefile:2: 'whomai' is no plugin.*\n.*Corefile:3: health 'nowhere'.*\n$/);
});

test.each([
  ["no file", ["check"], 2],
  ["two files", ["check", "a", "b"], 2],
  ["a file that is not there", ["check", "/nowhere/Corefile"], 1],
  ["help", ["check", "-help"], 0],
])("%s", async (_, args, status) => {
  expect((await run(args)).status).toBe(status);
});

test("-plugins lists what is supported, in the order of the chain", async () => {
  const { status, out } = await run(["-plugins"]);
  const names = out.trimEnd().split("\n");
  expect(status).toBe(0);
  expect(names.indexOf("kubernetes")).toBeGreaterThan(names.indexOf("errors"));
  expect(names).not.toContain("route53");
});
