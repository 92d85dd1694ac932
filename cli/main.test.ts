import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { main } from "./main.ts";

/** Status and standard error of a command line, on a terminal of that width or into a file. */
async function errorsOf(args: readonly string[], columns?: number) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), columns };
  const status = await main(args, {
    env: {},
    stdout: stream,
    stderr: stream,
    stop: new AbortController().signal,
  });
  return { status, text: written.join("") };
}

test("an error is one line with its code, then what to do", async () => {
  expect(await errorsOf(["dns", "-cnf", "x"])).toEqual({
    status: 2,
    text: expect.stringMatching(
      /^fairlead dns: FL-U001: there is no flag '-cnf'; there are -conf, .*\n {2}run the command with --help\n$/,
    ),
  });
});

test("on a terminal no line is wider than it", async () => {
  const { text } = await errorsOf(["dns", "-cnf", "x"], 60);
  const lines = text.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  expect(text.replaceAll(/\n {2}/g, " ")).toContain("there is no flag '-cnf'; there are -conf,");
});

test.each([
  [[], 2],
  [["help"], 0],
  [["dsn"], 2],
])("%j ends with %i", async (args, status) => {
  expect(await errorsOf(args)).toMatchObject({ status });
});

test("bare flags mean the DNS server, as the image of CoreDNS is started", async () => {
  expect(await errorsOf(["-conf", "x", "-dns.port", "none"])).toMatchObject({
    status: 2,
    text: expect.stringMatching(/^fairlead dns: FL-U001: .*none/),
  });
});

test("a reader that has had enough ends it without a word", async () => {
  const fairlead = new URL("../bin/fairlead", import.meta.url).pathname;
  // Each line is a write of its own; the reader goes after the first.
  const command = `"${fairlead}" test connectivity -list | head -1`;
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command]);
  expect(stdout).toMatch(/^pod-to-pod-same-node .*\n$/);
  expect(stderr).toBe("");
});
