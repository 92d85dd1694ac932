import { execFileSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import { call, usualHost } from "../testing/call.ts";
import { hostLocal } from "./host-local.ts";

/** Leases on a small file system of their own, which can be filled and made read-only. */
function smallDisk() {
  const dataDir = join(temporaryFolder(), "disk");
  mkdirSync(dataDir);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k,nr_inodes=64", "none", dataDir]);
  onTestFinished(() => {
    execFileSync("umount", [dataDir]);
  });
  const config = { cniVersion: "1.1.0", name: "net", ipam: { subnet: "10.1.2.0/24", dataDir } };
  const run = (command: string, id: string) =>
    call(async () => hostLocal(usualHost), { command, config, env: { CNI_CONTAINERID: id } });
  const fill = () => {
    try {
      for (let at = 0; at < 64; at += 1)
        writeFileSync(join(dataDir, `filler${at}`), Buffer.alloc(4096));
    } catch {
      // Full now.
    }
  };
  const remount = (mode: "ro" | "rw") =>
    execFileSync("mount", ["-o", `remount,${mode}`, "none", dataDir]);
  const leases = () => Object.keys(filesOf(dataDir)).filter((name) => !name.startsWith("last"));
  return { dataDir, run, fill, remount, leases };
}

describeWhere(["root"], "disks that take nothing", () => {
  test("a full one: ADD is refused and leaves nothing, DEL frees", async () => {
    const { run, fill, leases } = smallDisk();
    for (const id of ["a", "b"]) expect(await run("ADD", id)).toMatchObject({ status: 0 });
    fill();
    const { document } = await run("ADD", "c");
    expect(document).toMatchObject({ code: 5, msg: expect.stringContaining("ENOSPC") });
    expect(leases()).toEqual(["10.1.2.2", "10.1.2.3"]);
    expect(await run("DEL", "a")).toMatchObject({ status: 0, stdout: "" });
    expect(leases()).toEqual(["10.1.2.3"]);
  });

  test("a full one with an index that cannot be written: DEL frees all the same", async () => {
    const { run, fill, leases, dataDir } = smallDisk();
    for (const id of ["a", "b"]) await run("ADD", id);
    fill();
    utimesSync(join(dataDir, "net"), new Date(), new Date());
    expect(await run("DEL", "b")).toMatchObject({ status: 0, stdout: "" });
    expect(leases()).toEqual(["10.1.2.2"]);
  });

  test("a read-only one: DEL says which lease is left, and frees it later", async () => {
    const { run, remount, leases } = smallDisk();
    await run("ADD", "a");
    remount("ro");
    for (const command of ["DEL", "DEL"])
      expect((await run(command, "a")).document).toMatchObject({
        code: 5,
        msg: expect.stringMatching(/^cannot free 10\.1\.2\.2 in .*net$/),
        details: expect.stringContaining("EROFS"),
      });
    expect((await run("ADD", "b")).document).toMatchObject({ code: 5 });
    remount("rw");
    expect(await run("DEL", "a")).toMatchObject({ status: 0, stdout: "" });
    expect(leases()).toEqual([]);
  });
});
