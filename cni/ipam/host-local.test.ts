import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesOf, temporaryFolder, writeFiles } from "#test/support/lease-folder.ts";
import { addresses, leaseScene, oneSubnet } from "#test/support/lease-scene.ts";
import { type Call, call, usualHost } from "../testing/call.ts";
import { hostLocal } from "./host-local.ts";

const dual = {
  ranges: [[{ subnet: "10.1.2.0/24" }, { subnet: "10.2.2.0/24" }], [{ subnet: "2001:db8:1::/64" }]],
};

describe("rows 44 to 49: leases and their files", () => {
  test("44 one address from each range set, in the reference's files", async () => {
    const { run, dataDir } = leaseScene({ ...dual, routes: [{ dst: "0.0.0.0/0" }] });
    expect((await run({})).document).toEqual({
      cniVersion: "1.1.0",
      ips: [
        { address: "10.1.2.2/24", gateway: "10.1.2.1" },
        { address: "2001:db8:1::2/64", gateway: "2001:db8:1::1" },
      ],
      routes: [{ dst: "0.0.0.0/0" }],
      dns: {},
    });
    expect(filesOf(dataDir)).toEqual({
      "10.1.2.2": "c1\r\neth0",
      "2001:db8:1::2": "c1\r\neth0",
      "last_reserved_ip.0": "10.1.2.2",
      "last_reserved_ip.1": "2001:db8:1::2",
    });
    expect(existsSync(join(dataDir, "net/lock"))).toBe(true);
  });

  test("45 a second interface has an address of its own, and keeps it", async () => {
    const { run, dataDir } = leaseScene(oneSubnet);
    await run({});
    expect(addresses(await run({ ifname: "eth1" }))).toEqual(["10.1.2.3/24"]);
    await run({ command: "DEL" });
    expect(filesOf(dataDir)).toMatchObject({ "10.1.2.3": "c1\r\neth1" });
    expect(filesOf(dataDir)).not.toHaveProperty("10.1.2.2");
  });

  test("46 a second ADD is refused and changes nothing", async () => {
    const { run, dataDir } = leaseScene(oneSubnet);
    await run({});
    const before = filesOf(dataDir);
    const { document } = await run({});
    expect(document).toMatchObject({ code: 101 });
    expect(document.msg).toContain("10.1.2.2 has been allocated to c1 for eth0, duplicate");
    expect(filesOf(dataDir)).toEqual(before);
  });

  test.each([
    ["47 the container ID alone", "c1"],
    ["48 whitespace around", "\n c1\r\neth0  \n"],
    ["48 other line ends", "c1\neth0"],
  ])("a lease that holds %s is freed", async (_name, text) => {
    const { run, dataDir } = leaseScene(oneSubnet);
    writeFiles(join(dataDir, "net"), { "10.1.2.9": text, "10.1.2.10": "c2\r\neth0" });
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    expect((await run({})).document).toMatchObject({ code: 101 });
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0, stdout: "" });
    expect(filesOf(dataDir)).toEqual({ "10.1.2.10": "c2\r\neth0" });
  });

  test("49 DEL of a container never seen, and of a network never seen", async () => {
    const { run, dataDir } = leaseScene(oneSubnet);
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0 });
    expect(existsSync(join(dataDir, "net"))).toBe(false);
    await run({ id: "c2" });
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0 });
    expect(await run({ command: "DEL", id: "c2", env: { CNI_NETNS: "" } })).toMatchObject({
      status: 0,
    });
  });

  test("DEL frees with a configuration that has become invalid", async () => {
    const { run, dataDir } = leaseScene(oneSubnet);
    await run({});
    const config = { ipam: { type: "host-local", dataDir, subnet: "none" } };
    expect(await run({ command: "DEL", config })).toMatchObject({ status: 0 });
    expect(filesOf(dataDir)).toEqual({ "last_reserved_ip.0": "10.1.2.2" });
  });
});

describe("row 50: requested addresses", () => {
  test.each<[string, Call, readonly string[]]>([
    [
      "runtimeConfig.ips",
      { config: { runtimeConfig: { ips: ["10.1.2.77"] } } },
      ["10.1.2.77/24", "2001:db8:1::2/64"],
    ],
    [
      "with a prefix",
      { config: { runtimeConfig: { ips: ["10.1.2.77/16"] } } },
      ["10.1.2.77/24", "2001:db8:1::2/64"],
    ],
    [
      "args.cni.ips",
      { config: { args: { cni: { ips: ["2001:DB8:1::77"] } } } },
      ["10.1.2.2/24", "2001:db8:1::77/64"],
    ],
    ["CNI_ARGS IP", { env: { CNI_ARGS: "IP=10.2.2.5" } }, ["10.2.2.5/24", "2001:db8:1::2/64"]],
    [
      "both families",
      { config: { runtimeConfig: { ips: ["10.1.2.77", "2001:db8:1::9"] } } },
      ["10.1.2.77/24", "2001:db8:1::9/64"],
    ],
    [
      "from two sources",
      {
        config: { runtimeConfig: { ips: ["2001:db8:1::9"] } },
        env: { CNI_ARGS: "IP=10.1.2.77/24" },
      },
      ["10.1.2.77/24", "2001:db8:1::9/64"],
    ],
    [
      "the same from two sources",
      { config: { runtimeConfig: { ips: ["10.1.2.77"] } }, env: { CNI_ARGS: "IP=10.1.2.77" } },
      ["10.1.2.77/24", "2001:db8:1::2/64"],
    ],
  ])("%s", async (_name, given, expected) => {
    expect(addresses(await leaseScene(dual).run(given))).toEqual(expected);
  });
});

describe("row 51: refused requests leave nothing allocated", () => {
  test.each([
    ["in no range", "10.9.9.9", "failed to allocate all requested IPs: 10.9.9.9"],
    ["taken", "10.1.2.50", "requested IP address 10.1.2.50 is not available in range set"],
    ["the gateway", "10.1.2.40", "requested IP 10.1.2.40 is subnet's gateway"],
    ["before the start", "10.1.2.39", "failed to allocate all requested IPs: 10.1.2.39"],
    ["no address", "10.1.2", 'runtimeConfig.ips: "10.1.2" is no IP address'],
  ])("%s", async (_name, ip, message) => {
    const range = { subnet: "10.1.2.0/24", rangeStart: "10.1.2.40", rangeEnd: "10.1.2.60" };
    const v6 = { subnet: "fd00::/64" };
    const { run, dataDir } = leaseScene({ ranges: [[v6], [{ ...range, gateway: "10.1.2.40" }]] });
    const other = await run({ id: "other", config: { runtimeConfig: { ips: ["10.1.2.50"] } } });
    expect(other.status).toBe(0);
    const { document } = await run({ config: { runtimeConfig: { ips: [ip] } } });
    expect(document.msg).toContain(message);
    const leases = Object.values(filesOf(dataDir)).filter((text) => text.startsWith("c1"));
    expect(leases).toEqual([]);
  });
});

describe("rows 52, 53 and 55: round robin", () => {
  test("52 addresses advance, wrap after the end, and spare gateway and broadcast", async () => {
    const { run } = leaseScene({ subnet: "10.1.2.0/29" });
    const seen: unknown[] = [];
    for (let round = 0; round < 7; round += 1) {
      seen.push(...addresses(await run({})));
      await run({ command: "DEL" });
    }
    expect(seen).toEqual([2, 3, 4, 5, 6, 2, 3].map((host) => `10.1.2.${host}/29`));
  });

  test("52 a range of IPv6 ends with its last address", async () => {
    const { run } = leaseScene({ subnet: "fd00::/126" });
    expect(addresses(await run({ id: "a" }))).toEqual(["fd00::2/126"]);
    expect(addresses(await run({ id: "b" }))).toEqual(["fd00::3/126"]);
    expect((await run({ id: "c" })).document).toMatchObject({ code: 100 });
  });

  test("53 a /30 has one address to give", async () => {
    const { run, dataDir } = leaseScene({ subnet: "10.1.2.0/30" });
    expect(addresses(await run({ id: "a" }))).toEqual(["10.1.2.2/30"]);
    expect((await run({ id: "b" })).document).toMatchObject({
      code: 100,
      msg: "no IP addresses available in range set: 10.1.2.1-10.1.2.2",
    });
    expect(Object.keys(filesOf(dataDir))).toEqual(["10.1.2.2", "last_reserved_ip.0"]);
  });

  test("a second set that is used up gives the first one's address back", async () => {
    const { run, dataDir } = leaseScene({
      ranges: [[{ subnet: "10.1.2.0/24" }], [{ subnet: "fd00::/126", rangeEnd: "fd00::2" }]],
    });
    await run({ id: "a" });
    expect((await run({ id: "b" })).document).toMatchObject({ code: 100 });
    expect(Object.keys(filesOf(dataDir)).filter((name) => name.startsWith("10"))).toEqual([
      "10.1.2.2",
    ]);
  });

  test.each([
    ["end of the first range", "10.1.2.254", "10.2.2.2/24"],
    ["end of the last range", "10.2.2.254", "10.1.2.2/24"],
    ["an address of no range", "10.3.0.1", "10.1.2.2/24"],
    ["nothing", "", "10.1.2.2/24"],
    ["no address", "10.1.", "10.1.2.2/24"],
  ])("55 after %s", async (_name, last, expected) => {
    const { run, dataDir } = leaseScene({ ranges: [dual.ranges[0]] });
    writeFiles(join(dataDir, "net"), { "last_reserved_ip.0": last });
    expect(addresses(await run({}))).toEqual([expected]);
  });

  test("the one free address among many is found", async () => {
    const { run, dataDir } = leaseScene({ subnet: "10.1.0.0/22" });
    const all = Array.from({ length: 1021 }, (_, index) => index + 2);
    const leases = all
      .filter((host) => host !== 500)
      .map((host) => [`10.1.${host >> 8}.${host & 255}`, `old${host}\r\neth0`]);
    writeFiles(join(dataDir, "net"), {
      ...Object.fromEntries(leases),
      "last_reserved_ip.0": "10.1.2.1",
    });
    expect(addresses(await run({}))).toEqual(["10.1.1.244/22"]);
    expect((await run({ id: "c2" })).document).toMatchObject({ code: 100 });
  });
});

describe("row 54: ranges that cannot be", () => {
  const sets = (...subnets: string[]) => ({ ranges: subnets.map((subnet) => [{ subnet }]) });
  test.each<[string, object, string]>([
    [
      "host bits",
      { subnet: "10.1.2.1/24" },
      "ipam.subnet: 10.1.2.1/24 has host bits set; the network is 10.1.2.0/24",
    ],
    ["/31", { subnet: "10.1.2.0/31" }, "ipam.subnet: network 10.1.2.0/31 too small"],
    ["/127", sets("fd00::/127"), "ipam.ranges[0][0].subnet: network fd00::/127 too small"],
    [
      "start outside",
      { ...oneSubnet, rangeStart: "10.1.3.1" },
      "ipam.rangeStart: 10.1.3.1 not in network 10.1.2.0/24",
    ],
    [
      "end outside",
      { ...oneSubnet, rangeEnd: "10.1.3.1" },
      "ipam.rangeEnd: 10.1.3.1 not in network",
    ],
    [
      "end before start",
      { ...oneSubnet, rangeStart: "10.1.2.9", rangeEnd: "10.1.2.8" },
      "ipam.rangeStart: 10.1.2.9 lies behind",
    ],
    [
      "overlap between sets",
      sets("10.1.0.0/16", "10.1.2.0/24"),
      "ipam.ranges[1][0]: range 10.1.2.1-10.1.2.254 overlaps with 10.1.0.1-10.1.255.254 of ipam.ranges[0][0]",
    ],
    ["overlap in a set", { ranges: [[oneSubnet, oneSubnet]] }, "ipam.ranges[0][1]: range"],
    [
      "mixed families",
      { ranges: [[oneSubnet, { subnet: "fd00::/64" }]] },
      "ipam.ranges[0]: mixed address families",
    ],
    ["no ranges", {}, "ipam.ranges: no IP ranges specified"],
    ["no subnet", { ranges: [[{}]] }, "ipam.ranges[0][0].subnet: is missing"],
    ["no prefix", { subnet: "10.1.2.0" }, 'ipam.subnet: "10.1.2.0" is no prefix'],
    ["no gateway", { ...oneSubnet, gateway: "x" }, 'ipam.gateway: "x" is no IP address'],
    ["a number", { subnet: 5 }, "ipam.subnet: 5 is not a string"],
    ["an empty set", { ranges: [[]] }, "ipam.ranges: item 0 is an empty range set"],
  ])("%s", async (_name, ipam, message) => {
    const { document } = await leaseScene(ipam).run({});
    expect(document).toMatchObject({ code: 7 });
    expect(document.msg).toContain(message);
  });

  test("no ipam", async () => {
    const { document } = await leaseScene({}, { ipam: undefined }).run({});
    expect(document).toMatchObject({ code: 7, msg: expect.stringContaining("missing 'ipam' key") });
  });

  test.each(["0.1.0", "0.2.0"])("4 two addresses of a family in %s", async (cniVersion) => {
    const { document } = await leaseScene(sets("10.1.2.0/24", "10.2.2.0/24"), { cniVersion }).run(
      {},
    );
    expect(document.msg).toBe(
      `CNI version ${cniVersion} does not support more than 1 address per family`,
    );
  });
});

describe("rows 57 and 58: GC and STATUS", () => {
  test("57 what is not in the list is freed; an old lease stays while its container lives", async () => {
    const { run, dataDir } = leaseScene(oneSubnet);
    for (const id of ["a", "b", "c", "d", "e"]) await run({ id });
    writeFiles(join(dataDir, "net"), { "10.1.2.20": "a", "10.1.2.21": "gone" });
    const config = {
      "cni.dev/valid-attachments": [
        { containerID: "a", ifname: "eth0" },
        { containerID: "d", ifname: "eth0" },
      ],
    };
    expect(await run({ command: "GC", config })).toMatchObject({ status: 0, stdout: "" });
    expect(Object.keys(filesOf(dataDir))).toEqual([
      "10.1.2.2",
      "10.1.2.20",
      "10.1.2.5",
      "last_reserved_ip.0",
    ]);
    await run({ command: "GC", config: { "cni.dev/valid-attachments": [] } });
    expect(Object.keys(filesOf(dataDir))).toEqual(["last_reserved_ip.0"]);
  });

  test("58 STATUS tells a full range set with its counts", async () => {
    const { run } = leaseScene({
      ranges: [[{ subnet: "fd00::/64" }], [{ subnet: "10.1.2.0/29" }]],
    });
    for (const id of ["a", "b", "c", "d"]) {
      await run({ id });
      expect(await run({ command: "STATUS" })).toMatchObject({ status: 0, stdout: "" });
    }
    await run({ id: "e" });
    expect((await run({ command: "STATUS" })).document).toMatchObject({
      code: 50,
      msg: "no IP addresses available in range set: 10.1.2.1-10.1.2.6",
      details: "range set 1: 0 of 5 addresses free, 5 leased",
    });
    await run({ command: "DEL", id: "b" });
    expect(await run({ command: "STATUS" })).toMatchObject({ status: 0 });
  });
});

test("CHECK compares with the result that the runtime kept", async () => {
  const { run } = leaseScene(oneSubnet);
  await run({});
  const prevResult = (address: string) => ({ prevResult: { ips: [{ address }] } });
  expect(await run({ command: "CHECK", config: prevResult("10.1.2.2/24") })).toMatchObject({
    status: 0,
  });
  expect(
    (await run({ command: "CHECK", config: prevResult("10.1.2.3/24") })).document,
  ).toMatchObject({
    code: 102,
    msg: expect.stringContaining("10.1.2.2"),
  });
  expect((await run({ command: "CHECK", id: "c2" })).document).toMatchObject({ code: 102 });
});

test("resolvConf is read into the result, and a missing one is named", async () => {
  const folder = temporaryFolder();
  const resolvConf = join(folder, "resolv.conf");
  writeFiles(folder, {
    "resolv.conf":
      "# c\nnameserver 192.0.2.1\nnameserver 2001:db8::1\ndomain a.test\nsearch b.test c.test\noptions ndots:5\n",
  });
  const { document } = await leaseScene({ ...oneSubnet, resolvConf }).run({});
  expect(document.dns).toEqual({
    nameservers: ["192.0.2.1", "2001:db8::1"],
    domain: "a.test",
    search: ["b.test", "c.test"],
    options: ["ndots:5"],
  });
  const missing = await leaseScene({ ...oneSubnet, resolvConf: "/missing" }).run({});
  expect(missing.document).toMatchObject({ code: 5, msg: expect.stringContaining("/missing") });
});

test("without a dataDir leases lie on tmpfs, unless the reference plugin has some of that network", async () => {
  const [own, reference] = [temporaryFolder(), temporaryFolder()];
  const add = (network: string) =>
    call(async () => hostLocal(usualHost, { own, reference }), {
      config: { name: network, cniVersion: "1.0.0", ipam: oneSubnet },
    });
  mkdirSync(join(reference, "theirs"));
  await add("ours");
  await add("theirs");
  expect(filesOf(own, "ours")).toHaveProperty(["10.1.2.2"]);
  expect(filesOf(reference, "theirs")).toHaveProperty(["10.1.2.2"]);
});
