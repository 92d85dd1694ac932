import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "#test/support/lease-folder.ts";
import { conflistText } from "./conflist.ts";
import { installConfiguration, installPrograms, usualNames } from "./install.ts";

test("programs appear whole, under each name, and what was there is replaced, not written into", () => {
  const folder = temporaryFolder();
  const path = join(folder, "shim");
  const bin = join(folder, "opt", "bin");
  writeFileSync(path, "new");
  installPrograms(bin, ["fairlead"], { path });
  const before = statSync(join(bin, "fairlead")).ino;
  installPrograms(bin, ["fairlead", "loopback"], { path });
  expect(statSync(join(bin, "fairlead")).ino).not.toBe(before);
  expect(statSync(join(bin, "loopback")).mode & 0o777).toBe(0o755);
  expect(readdirSync(bin).sort()).toEqual(["fairlead", "loopback"]);
});

test("loopback is installed, and again, where no other make's is", () => {
  const folder = temporaryFolder();
  expect(usualNames(folder)).toEqual(["fairlead", "loopback"]);
  writeFileSync(join(folder, "loopback"), "\x7fELF ... Fairlead CNI plugin, called as %s ...");
  expect(usualNames(folder)).toEqual(["fairlead", "loopback"]);
  writeFileSync(join(folder, "loopback"), "\x7fELF ... CNI loopback plugin v1.1.1 ...");
  expect(usualNames(folder)).toEqual(["fairlead"]);
});

test("a configuration is written once, and again when it differs", () => {
  const folder = temporaryFolder();
  expect(installConfiguration(folder, "10-a.conflist", "a")).toBe(true);
  expect(installConfiguration(folder, "10-a.conflist", "a")).toBe(false);
  expect(installConfiguration(folder, "10-a.conflist", "b")).toBe(true);
  expect(readFileSync(join(folder, "10-a.conflist"), "utf8")).toBe("b");
  expect(readdirSync(folder)).toEqual(["10-a.conflist"]);
});

test("the list names a range for each podCIDR, and the MTU of the way", () => {
  const text = conflistText({
    name: "fairlead",
    podCidrs: ["10.244.1.0/24", "fd00:1::/64"],
    mtuBytes: 1450,
    leaseDir: undefined,
  });
  expect(JSON.parse(text)).toMatchObject({
    cniVersion: "1.0.0",
    plugins: [
      {
        type: "fairlead",
        mtu: 1450,
        ipam: { ranges: [[{ subnet: "10.244.1.0/24" }], [{ subnet: "fd00:1::/64" }]] },
      },
    ],
  });
});
