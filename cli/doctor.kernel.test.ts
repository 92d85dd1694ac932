import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { keepAttachment } from "#test/support/runtime-cache.ts";
import { run } from "./doctor.ts";

const fairlead = new URL("../bin/fairlead", import.meta.url).pathname;
const CONTAINER = "0123456789abcdef".repeat(4);

/** A node's folders with an empty lease and an entry of a container that is gone, and no links at all. */
function scene() {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (...path: readonly string[]): string => join(folder, ...path);
  mkdirSync(at("leases", "net"), { recursive: true });
  mkdirSync(at("leases", ".fairlead", "net", "owners"), { recursive: true });
  const lease = at("leases", "net", "10.1.2.3");
  writeFileSync(lease, "");
  const entry = keepAttachment(at("cache"), {
    network: "net",
    containerId: CONTAINER,
    ifname: "eth0",
    netns: "/run/netns/cni-0c8a4a1d-9e4b-6f4a-8d0e-5b0f3c2a1d7e",
    types: ["fairlead"],
    pod: ["shop", "cart-5d4f7c9b6d-x2x8q"],
  });
  const folders = [
    ...["-lease-dir", at("leases"), "-cni-conf-dir", at("conf"), "-pending-dir", at("pending")],
    ...["-runtime-cache", at("cache"), "-settle", "10ms", "-grace", "0s"],
  ];
  const doctor = (...args: readonly string[]) => {
    const command = ["--net", fairlead, "doctor", ...folders, ...args];
    const { status, stdout, stderr } = spawnSync("unshare", command, { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  return { doctor, lease, entry };
}

describeWhere(["namespaces", "nftables"], "fairlead doctor", () => {
  test("text: a block for each finding, within 80 columns but for paths, without colour in a pipe", () => {
    const { doctor, lease, entry } = scene();
    const { status, stdout } = doctor();
    expect(status).toBe(1);
    expect(stdout).toMatch(/^2 found \(1 lease, 0 links, .* 1\s+runtime\s+cache\s+entry/s);
    expect(stdout).toContain(`lease-empty ${lease}\n  10.1.2.3 is taken by a file`);
    expect(stdout).toContain(`cache-without-pod\n  ${entry}\n`);
    expect(stdout).toContain("net/0123456789ab…/eth0");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("(pod shop/cart-5d4f7c9b6d-x2x8q)");
    expect(stdout).not.toContain("\u001b");
    const words = stdout.split("\n").filter((line) => line.trim().includes(" "));
    for (const line of words) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("json, -fix, and then nothing", () => {
    const { doctor, lease, entry } = scene();
    const found = doctor("-o", "json");
    expect([found.status, JSON.parse(found.stdout)]).toMatchObject([
      1,
      {
        isWell: false,
        counted: { leases: 1, cacheEntries: 1 },
        findings: [
          { name: "cache-without-pod", object: entry, fix: { kind: "remove-file", file: entry } },
          { name: "lease-empty", object: lease, fix: { kind: "free-empty-lease" } },
        ],
      },
    ]);
    const fixed = doctor("-fix");
    expect(fixed.status).toBe(0);
    expect(fixed.stdout).toMatch(/^2 found, 2 mended /);
    expect([existsSync(lease), existsSync(entry)]).toEqual([false, false]);
    const well = doctor();
    expect([well.status, well.stdout]).toEqual([
      0,
      expect.stringMatching(/^nothing found \(0 lease/),
    ]);
  });
});

test.each([
  ["-o", "yaml", "-o yaml is neither text nor json"],
  ["-settle", "soon", "-settle soon is no duration such as 500ms, 2s or 1m"],
  ["-fix", "-nonsense", "there is no flag '-nonsense'"],
])("%s %s is refused", async (flag, value, message) => {
  const output = { write: () => undefined };
  const io = { env: {}, stdout: output, stderr: output, stop: new AbortController().signal };
  await expect(run([flag, value], io)).rejects.toThrow(message);
});
