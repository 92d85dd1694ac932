import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { load, query, type TestProcess, testProcess } from "#test/support/plugin.ts";
import type { PluginInstance } from "../../contract.ts";
import { plugin } from "./setup.ts";

let folder: string;
let file: string;
const started: PluginInstance[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-hosts-"));
  file = join(folder, "hosts");
});

afterEach(async () => {
  for (const instance of started.splice(0)) await instance.stop?.();
  rmSync(folder, { recursive: true });
});

/** The directive in a block with compiled answers for cluster.local behind it, started. */
async function start(options: string, process: TestProcess = testProcess()) {
  const answers: PluginInstance = {
    name: "answers",
    fastPath: {
      kind: "answers",
      source: {
        table: new SharedArrayBuffer(4),
        knows: () => false,
        zones: [
          { name: "cluster.local.", negativeTtlSeconds: 5, missing: "defer", deferPods: false },
        ],
      },
    },
  };
  const [block] = load(
    `. {\n hosts ${file} {\n${options}\n}\n answers\n}`,
    [
      { name: "hosts", plugin },
      { name: "answers", plugin: { name: "answers", setup: () => answers } },
    ],
    process.services,
  );
  const instance = block?.instances[0];
  if (instance?.handler === undefined) throw new Error("no handler");
  started.push(instance);
  await instance.start?.();
  const { handler } = instance;
  const addressOf = async (name: string): Promise<string> => {
    const verdict = await handler.serve(query(`${name} A`), async () => ({
      kind: "refused",
      rcode: 3,
      plugin: "",
    }));
    const [record] = verdict.kind === "replied" ? verdict.response.answers : [];
    return record?.type === "A" ? record.address : "none";
  };
  const effect = () => {
    const { fastPath } = instance;
    if (fastPath.kind !== "needs-query" || fastPath.everything === undefined) return undefined;
    return { zones: fastPath.zones, everything: new Int32Array(fastPath.everything)[0] !== 0 };
  };
  return { addressOf, effect, process };
}

describe("the file", () => {
  test("is read at the start, and anew when it changes", async () => {
    writeFileSync(file, "10.0.0.1 a.test\n");
    const { addressOf } = await start("10.0.0.9 inline.test\n reload 10ms\n fallthrough");
    expect(await addressOf("a.test.")).toBe("10.0.0.1");
    writeFileSync(file, "10.0.0.22 a.test\n");
    await expect.poll(() => addressOf("a.test.")).toBe("10.0.0.22");
    expect(await addressOf("inline.test.")).toBe("10.0.0.9");
  });

  test("is found anew behind a link that was set to another folder", async () => {
    for (const [version, address] of Object.entries({ one: "10.0.0.1", two: "10.0.0.2" })) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "hosts"), `${address} a.test\n`);
    }
    symlinkSync("one", join(folder, "..data"));
    symlinkSync("..data/hosts", file);
    const { addressOf } = await start("reload 10ms");
    expect(await addressOf("a.test.")).toBe("10.0.0.1");
    symlinkSync("two", join(folder, "..new"));
    renameSync(join(folder, "..new"), join(folder, "..data"));
    await expect.poll(() => addressOf("a.test.")).toBe("10.0.0.2");
  });

  test("may be missing and come later, go and come back; a fault is logged once", async () => {
    const { addressOf, process } = await start("10.0.0.9 inline.test\n reload 5ms");
    expect(await addressOf("inline.test.")).toBe("10.0.0.9");
    writeFileSync(file, "10.0.0.1 a.test\n");
    await expect.poll(() => addressOf("a.test.")).toBe("10.0.0.1");
    const warnings = () => process.log.filter((line) => line.startsWith("[WARNING]"));
    expect(warnings()).toEqual([
      expect.stringContaining(`plugin/hosts: hosts file ${file} cannot be read: ENOENT`),
    ]);
    rmSync(file);
    await expect.poll(() => warnings()).toHaveLength(2);
    expect(await addressOf("a.test.")).toBe("10.0.0.1");
    writeFileSync(file, "10.0.0.2 a.test\n");
    await expect.poll(() => addressOf("a.test.")).toBe("10.0.0.2");
    expect(warnings()).toHaveLength(2);
  });

  test("is counted, reverse entries too, with the time it was written", async () => {
    writeFileSync(file, "10.0.0.1 a.test b.test\n");
    const { process } = await start("10.0.0.9 inline.test\n reload 0s");
    const text = await process.metrics.metrics();
    expect(text).toContain(`coredns_hosts_entries{hostsfile="${file}"} 6`);
    const [, seconds] = /^coredns_hosts_reload_timestamp_seconds (\S+)$/m.exec(text) ?? [];
    expect(Number(seconds) * 1000).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe("compiled answers beside it", () => {
  const reverse = ["in-addr.arpa.", "ip6.arpa."];

  test("names elsewhere leave them alone, also when they come later", async () => {
    writeFileSync(file, "10.0.0.1 node-1\n");
    const { addressOf, effect } = await start("reload 5ms\n fallthrough");
    expect(effect()).toEqual({ zones: reverse, everything: false });
    writeFileSync(file, "10.0.0.1 node-1\n10.0.0.2 node-2\n");
    await expect.poll(() => addressOf("node-2.")).toBe("10.0.0.2");
    expect(effect()).toEqual({ zones: reverse, everything: false });
  });

  test("a new name of theirs closes the fast path before it is answered, and is logged", async () => {
    writeFileSync(file, "10.0.0.1 a.cluster.local\n");
    const { addressOf, effect, process } = await start("reload 5ms\n fallthrough");
    expect(effect()).toEqual({ zones: ["a.cluster.local.", ...reverse], everything: false });
    writeFileSync(file, "10.0.0.1 a.cluster.local b.cluster.local\n");
    await expect.poll(() => addressOf("b.cluster.local.")).toBe("10.0.0.1");
    expect(effect()).toEqual({ zones: ["a.cluster.local.", ...reverse], everything: true });
    expect(process.log.at(-2)).toContain("now has the name b.cluster.local. of a compiled zone");
  });
});
