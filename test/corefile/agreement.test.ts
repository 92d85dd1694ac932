import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CorefileSource } from "#dns/corefile/source.ts";
import { checkCorefile } from "#dns/server/check.ts";
import { createLogger } from "#observe/logger.ts";
import { describeWhere, findCoreDns } from "#test/support/capabilities.ts";
import { freePorts } from "#test/support/ports.ts";
import { cases, environment, files } from "./cases.ts";

const START_LIMIT_MS = 20_000;
const FIRST_PORT = 28_900;

let folder = "";
let ports: readonly number[] = [];

beforeAll(async () => {
  ports = await freePorts(2, FIRST_PORT);
  folder = mkdtempSync(join(tmpdir(), "fairlead-corefile-"));
  for (const [name, text] of Object.entries(files)) write(name, text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  const [port, other] = ports;
  writeFileSync(file, text.replaceAll("PORT", `${port}`).replaceAll("OTHER", `${other}`));
  return file;
}

async function fairlead(file: string): Promise<string> {
  const source = new CorefileSource({ file, defaultPort: ports[0] ?? 0, environment });
  const reading = source.read();
  if ("error" in reading) return `rejects: ${reading.error.message}`;
  try {
    await checkCorefile(reading.corefile, createLogger({ print: () => {} }));
    return "accepts";
  } catch (error) {
    return `rejects: ${error instanceof Error ? error.message : error}`;
  }
}

/** Accepted is what it goes on to serve: it then prints its version. */
function coreDns(file: string): Promise<string> {
  const args = ["-conf", file, "-dns.port", `${ports[0]}`];
  const child = spawn(findCoreDns() ?? "coredns", args, {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: START_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString();
    if (/^CoreDNS-/m.test(printed)) child.kill("SIGKILL");
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () =>
      resolve(/^CoreDNS-/m.test(printed) ? "accepts" : `rejects: ${printed.trim()}`),
    );
  });
}

test.each(cases)("Fairlead: $name", async ({ name, text, coredns, fairlead: own }) => {
  const verdict = await fairlead(write(`${name.replaceAll("/", " ")}.corefile`, text));
  expect(verdict).toMatch(new RegExp(`^${own?.does ?? coredns}`));
});

describeWhere(["coredns"], "a real CoreDNS", () => {
  test.each(cases)("$name", async ({ name, text, coredns }) => {
    const verdict = await coreDns(write(`${name.replaceAll("/", " ")}.corefile`, text));
    expect(verdict).toMatch(new RegExp(`^${coredns}`));
  });
});
