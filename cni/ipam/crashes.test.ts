import { rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, writeFiles } from "#test/support/lease-folder.ts";
import { addresses, leaseScene, oneSubnet } from "#test/support/lease-scene.ts";
import { usualHost } from "../testing/call.ts";

/** What crashes, reboots and other programs leave in a network's folder. */
const booted = (boot: string) => ({ ...usualHost, bootId: () => boot });

test("an empty lease of another plugin's crash is free again", async () => {
  const { run, dataDir } = leaseScene({ subnet: "10.1.2.0/30" });
  writeFiles(join(dataDir, "net"), { "10.1.2.2": "" });
  expect(addresses(await run({}))).toEqual(["10.1.2.2/30"]);
});

test("a lease that a crash left half written is none", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  writeFiles(join(dataDir, ".fairlead/net"), { lease: "c1\r\n" });
  expect(addresses(await run({}))).toEqual(["10.1.2.2/24"]);
  expect(filesOf(dataDir)).toMatchObject({ "10.1.2.2": "c1\r\neth0" });
  await run({ command: "DEL" });
  expect(filesOf(dataDir)).toEqual({ "last_reserved_ip.0": "10.1.2.2" });
});

test("a crash between taking the address and recording it: DEL frees it", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  await run({});
  writeFiles(join(dataDir, "net"), { "10.1.2.3": "c2\r\neth0" });
  expect(await run({ command: "DEL", id: "c2" })).toMatchObject({ status: 0 });
  expect(filesOf(dataDir)).toEqual({
    "10.1.2.2": "c1\r\neth0",
    "last_reserved_ip.0": "10.1.2.2",
  });
});

test("the first call after a reboot frees what was leased before it", async () => {
  const { run, dataDir } = leaseScene({ subnet: "10.1.2.0/29" });
  for (const id of ["a", "b", "c", "d", "e"]) await run({ id });
  expect((await run({ id: "f" })).document).toMatchObject({ code: 100 });
  const host = booted("boot-2");
  expect(await run({ command: "STATUS", host })).toMatchObject({ status: 0 });
  expect(addresses(await run({ id: "a", host }))).toEqual(["10.1.2.2/29"]);
  expect(Object.keys(filesOf(dataDir))).toEqual(["10.1.2.2", "last_reserved_ip.0"]);
});

test("a lease of the reference plugin lives until the boot after the one it was seen in", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  writeFiles(join(dataDir, "net"), { "10.1.2.9": "theirs\r\neth0" });
  await run({});
  expect(filesOf(dataDir)).toHaveProperty(["10.1.2.9"]);
  await run({ id: "c2", host: booted("boot-2") });
  expect(Object.values(filesOf(dataDir))).toEqual(["c2\r\neth0", "10.1.2.3"]);
});

test("a lease that another hand removed is forgotten, with an index that named it", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  await run({});
  rmSync(join(dataDir, "net/10.1.2.2"));
  expect((await run({ command: "CHECK" })).document).toMatchObject({ code: 102 });
  expect(addresses(await run({}))).toEqual(["10.1.2.3/24"]);
});

test("a lost index is made anew from the leases", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  await run({});
  rmSync(join(dataDir, ".fairlead"), { recursive: true });
  expect((await run({})).document).toMatchObject({ code: 101 });
  await run({ command: "DEL" });
  expect(filesOf(dataDir)).toEqual({ "last_reserved_ip.0": "10.1.2.2" });
});

test("an owner's record is not believed after the folder was touched", async () => {
  const { run, dataDir } = leaseScene(oneSubnet);
  await run({});
  writeFiles(join(dataDir, ".fairlead/net/owners"), { "c2:eth0": '{"addresses":["10.1.2.2"]}' });
  utimesSync(join(dataDir, "net"), new Date(), new Date());
  await run({ command: "DEL", id: "c2" });
  expect(filesOf(dataDir)).toHaveProperty(["10.1.2.2"]);
});
