/** DEL under faults: it succeeds and leaves nothing, or says what is left, and then doctor names that, too. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import { callProcess } from "#cni/testing/process.ts";
import { examine } from "#inspect/doctor/doctor.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { CniNode } from "./contract.ts";
import { createNode } from "./node.ts";
import { inProcess, shimAs } from "./plugins.ts";

const shaping = { ingressRate: 1e9, ingressBurst: 1e9, egressRate: 1e9, egressBurst: 1e9 };

describeWhere(["namespaces", "nftables"], "DEL under faults", () => {
  let node: CniNode;
  const mounts: string[] = [];

  const at = (...path: readonly string[]): string => join(node.dataDir, ...path);
  const config = (): JsonObject => ({
    type: "fairlead",
    bridge: "cni-faults",
    ipMasq: true,
    macspoofchk: true,
    ipam: { type: "host-local", dataDir: at("disk", "leases"), subnet: "10.217.45.0/24" },
    runtimeConfig: { portMappings: [{ hostPort: 8045, containerPort: 80 }], bandwidth: shaping },
  });
  const del = (more: JsonObject = {}) =>
    node.cni({ command: "DEL", program: "fairlead", config: { ...config(), ...more } });
  /** Leases, links and rules of the pod. */
  const left = () => {
    const leases = readdirSync(at("disk", "leases", "net")).filter((name) => /^[\d.]+$/.test(name));
    const links = node.run("ip", "-o", "link").match(/^\d+: (?:veth|bwp)\w+/gm) ?? [];
    const rules = node.run("nft", "list", "ruleset").match(/"\d+ [a-z-]+ cni\/\S+/g) ?? [];
    return [leases.length, links.length, rules.length];
  };
  const nothing = [0, 0, 0];
  const doctor = async (fix = false) => {
    const report = await examine({
      namespacePath: node.namespacePath,
      leaseDirs: [at("disk", "leases")],
      confDir: at("conf"),
      runtimeCacheDir: at("cache"),
      pendingDir: at("pending"),
      settleMs: 5,
      graceMs: 0,
      fix,
    });
    return report.findings;
  };
  /** A small file system of its own for what is below the folder. */
  const mountSmall = (folder: string): void => {
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k,nr_inodes=64", "none", folder]);
    mounts.push(folder);
  };
  const remount = (folder: string, mode: "ro" | "rw"): void => {
    execFileSync("mount", ["-o", `remount,${mode}`, "none", folder]);
  };
  const fill = (folder: string): void => {
    try {
      for (let part = 0; part < 64; part++)
        writeFileSync(join(folder, `filler${part}`), Buffer.alloc(4096));
    } catch {
      // Full now.
    }
  };

  beforeEach(async () => {
    node = await createNode(inProcess);
  });
  afterEach(async () => {
    for (const folder of mounts.splice(0)) execFileSync("umount", [folder]);
    await node.close();
  });

  test("no namespace, no prevResult", async () => {
    await node.succeed({ config: config() });
    expect(left()).toEqual([1, 2, 3]);
    await node.succeed({ command: "DEL", netns: "", config: config() });
    expect(left()).toEqual(nothing);
    expect(await doctor()).toEqual([]);
  });

  test("configurations that have become invalid: DEL does without what it cannot read", async () => {
    const ipam = { type: "host-local", dataDir: at("disk", "leases") };
    const invalid: readonly JsonObject[] = [
      { ipam: { ...ipam, subnet: "none" } },
      { ipam },
      { ipam: { ...ipam, ranges: 5 } },
      { ipam: { ...ipam, type: 5 } },
      { ipMasq: "yes", bridge: 5, mtu: -1, vlan: 9000 },
      { runtimeConfig: { portMappings: [{ hostPort: 0 }], bandwidth: { ingressRate: 1 } } },
      { runtimeConfig: "none" },
      { args: { cni: [] }, dns: { nameservers: 5 }, prevResult: "none", type: 5 },
    ];
    for (const more of invalid) {
      await node.succeed({ config: config() });
      expect(await del(more), JSON.stringify(more)).toMatchObject({ status: 0, stdout: "" });
      expect(left(), JSON.stringify(more)).toEqual(nothing);
    }
  });

  test("one that leaves something to be done says what, with the key and the value", async () => {
    const { dataDir } = { dataDir: at("disk", "leases") };
    const freed = "is not freed, all else is removed";
    for (const [more, msg, details] of [
      [{ ipam: "none" }, 'ipam: "none" is not an object', freed],
      [{ ipam: { type: "nowhere", dataDir } }, 'failed to find plugin "nowhere"', freed],
    ] as const) {
      await node.succeed({ config: config() });
      const { status, document } = await del(more);
      expect([status, document.msg]).toEqual([1, expect.stringContaining(msg)]);
      expect(document.details).toContain(`c1 and its eth0 ${details}`);
      expect(left()).toEqual([1, 0, 0]);
      expect(await doctor()).toMatchObject([{ name: "lease-without-link", owner: "net/c1/eth0" }]);
      expect(await del()).toMatchObject({ status: 0 });
      expect(left()).toEqual(nothing);
    }
    await node.succeed({ config: config() });
    for (const more of [{ name: 5 }, { cniVersion: "9.9.9" }]) {
      const { status, document } = await del(more);
      expect(status).toBe(1);
      expect(`${document.msg} ${document.details}`).toMatch(
        /(?:name: 5|cniVersion: config is "9\.9\.9").* nothing of container c1 and its eth0 was removed/,
      );
    }
    expect(left()).toEqual([1, 2, 3]);
  });

  test("a configuration without its ipam: doctor finds the lease that DEL cannot know of", async () => {
    await node.succeed({ config: config() });
    expect(await del({ ipam: undefined })).toMatchObject({ status: 0 });
    expect(left()).toEqual([1, 0, 0]);
    expect(await doctor(true)).toMatchObject([
      { name: "lease-without-link", outcome: { kind: "mended" } },
    ]);
    expect(left()).toEqual(nothing);
  });

  test("GC removes links of an ADD that was killed before it had named their owner", async () => {
    await node.succeed({ config: config() });
    for (const [link = ""] of node.run("ip", "-o", "link").matchAll(/\b(?:veth|bwp)\w+/g))
      node.run("ip", "link", "set", link, "alias", "");
    node.run("nft", "flush", "ruleset");
    const gc = { ...config(), "cni.dev/valid-attachments": [] };
    await node.succeed({ command: "GC", config: gc });
    expect(left()).toEqual(nothing);
  });

  test("a full disk: ADD is refused and leaves nothing, DEL and doctor free", async () => {
    mountSmall(at("disk"));
    for (const id of ["c1", "c2"]) {
      const runtimeConfig = {};
      await node.succeed({ id, config: { ...config(), runtimeConfig } });
    }
    fill(at("disk"));
    const before = left();
    const { document } = await node.cni({ id: "c3", config: { ...config(), runtimeConfig: {} } });
    expect(document).toMatchObject({ code: 5, msg: expect.stringContaining("ENOSPC") });
    expect(left()).toEqual(before);
    expect(await del()).toMatchObject({ status: 0 });
    node.run("ip", "link", "del", String(node.run("ip", "-o", "link").match(/\bveth\w+/)?.[0]));
    expect((await doctor(true)).map(({ name, outcome }) => [name, outcome?.kind])).toEqual([
      ["rules-without-owner", "mended"],
      ["lease-without-link", "mended"],
    ]);
    expect(left()).toEqual(nothing);
  });

  test("a read-only disk: DEL names the lease that is left; doctor does, and mends it later", async () => {
    mountSmall(at("disk"));
    await node.succeed({ config: config() });
    remount(at("disk"), "ro");
    for (const _ of [1, 2])
      expect((await del()).document).toMatchObject({
        code: 5,
        msg: expect.stringMatching(/^cannot free 10\.217\.45\.2 in .*leases\/net$/),
        details: expect.stringContaining("EROFS"),
      });
    expect(left()).toEqual([1, 0, 0]);
    const [finding] = await doctor(true);
    expect(finding).toMatchObject({
      name: "lease-without-link",
      object: at("disk", "leases", "net", "10.217.45.2"),
      outcome: { kind: "left", why: expect.stringContaining("cannot free 10.217.45.2") },
    });
    remount(at("disk"), "rw");
    expect((await doctor(true)).map(({ outcome }) => outcome?.kind)).toEqual(["mended"]);
    expect(left()).toEqual(nothing);
  });

  describeWhere(["cc"], "without an agent", () => {
    const shim = (command: string) =>
      callProcess([shimAs(node.dataDir, "fairlead")], {
        command,
        id: "c1",
        netns: node.netnsOf("c1"),
        config: { cniVersion: "1.1.0", name: "net", ...config() },
        env: {
          FAIRLEAD_CNI_SOCKET: at("no.sock"),
          FAIRLEAD_CNI_PENDING: at("pending"),
        },
      });

    test("DEL is written down, and doctor does it", async () => {
      await node.succeed({ config: config() });
      expect(await shim("DEL")).toMatchObject({ status: 0, stdout: "" });
      expect(left()).toEqual([1, 2, 3]);
      expect(await doctor(true)).toMatchObject([
        { name: "pending-del", owner: "net/c1/eth0", outcome: { kind: "mended" } },
      ]);
      expect(left()).toEqual(nothing);
    });

    test.each(["full", "read-only"])("a disk that is %s: DEL fails and says so", async (how) => {
      await node.succeed({ config: config() });
      mountSmall(at("pending"));
      if (how === "full") fill(at("pending"));
      else remount(at("pending"), "ro");
      const { status, stdout } = await shim("DEL");
      expect([status, JSON.parse(stdout)]).toEqual([
        1,
        {
          cniVersion: "1.0.0",
          code: 5,
          msg: "DEL can be neither done nor written down",
          details: how === "full" ? "No space left on device" : "Read-only file system",
        },
      ]);
      expect(readdirSync(at("pending")).filter((name) => !name.startsWith("filler"))).toEqual([]);
      expect(left()).toEqual([1, 2, 3]);
      await node.succeed({ command: "DEL", config: config() });
      expect(left()).toEqual(nothing);
    });
  });
});
