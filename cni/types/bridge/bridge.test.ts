import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import type { NetworkChange } from "../../contract.ts";
import { type Scene, scene } from "../../testing/scene.ts";
import { containerMac, hostLinkName, hostMac } from "../names.ts";
import { bridge } from "./bridge.ts";

const c1 = { network: "net", containerId: "c1", ifname: "eth0" };
const port = hostLinkName(c1);
const netns = "/run/netns/c1";

interface Bridged extends Scene {
  leases(): readonly string[];
}

/** A bridge network whose leases lie in a folder of the test's. */
function bridged(keys: object = {}, ipam: object = { subnet: "10.1.2.0/24" }): Bridged {
  const dataDir = temporaryFolder();
  const config = { type: "bridge", ipam: { type: "host-local", dataDir, ...ipam }, ...keys };
  const leases = () =>
    existsSync(join(dataDir, "net"))
      ? Object.keys(filesOf(dataDir)).filter((name) => !name.startsWith("last"))
      : [];
  return { ...scene(bridge, config), leases };
}

const layer2 = (keys: object = {}) => scene(bridge, { type: "bridge", ...keys });
const gateway = { isGateway: true };

describe("rows 1 to 10: addresses and gateways", () => {
  test("1 the whole of a node with one container", async () => {
    const { run, network } = bridged({
      isDefaultGateway: true,
      ipMasq: true,
      hairpinMode: true,
      mtu: 1450,
    });
    const { document } = await run();
    const mac = String(JSON.stringify(document.interfaces).match(/"cni0","mac":"([^"]+)/)?.[1]);
    expect(document).toEqual({
      cniVersion: "1.1.0",
      interfaces: [
        { name: "cni0", mac, mtu: 1450 },
        { name: port, mac: hostMac(c1), mtu: 1450 },
        { name: "eth0", mac: containerMac(c1), mtu: 1450, sandbox: netns },
      ],
      ips: [{ address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 2 }],
      routes: [{ dst: "0.0.0.0/0", gw: "10.1.2.1" }],
      dns: {},
    });
    expect(network.dump()).toBe(
      [
        `host cni0 bridge ${mac} up mtu 1450`,
        "  inet 10.1.2.1/24",
        `host ${port} veth ${hostMac(c1)} up mtu 1450 master cni0 hairpin`,
        `${netns} eth0 veth ${containerMac(c1)} up mtu 1450`,
        "  inet 10.1.2.2/24",
        "  route 0.0.0.0/0 via 10.1.2.1",
        'rules masquerade of net/c1/eth0 {"addresses":["10.1.2.2/24"],"exclude":["10.1.2.0/24"]}',
      ].join("\n"),
    );
    expect(network.sysctls.get("|net/ipv4/ip_forward")).toBe("1");
    expect(network.sysctls.has("|net/ipv6/conf/all/forwarding")).toBe(false);
  });

  test("3 both families, each with its default route and gateway", async () => {
    const ranges = [[{ subnet: "192.168.0.0/24" }], [{ subnet: "fd00::/64" }]];
    const { run, network } = bridged({ isDefaultGateway: true }, { ranges });
    expect((await run()).document).toMatchObject({
      ips: [{ address: "192.168.0.2/24" }, { address: "fd00::2/64", gateway: "fd00::1" }],
      routes: [
        { dst: "0.0.0.0/0", gw: "192.168.0.1" },
        { dst: "::/0", gw: "fd00::1" },
      ],
    });
    expect(network.dump()).toContain("  inet 192.168.0.1/24\n  inet fd00::1/64\n");
    expect(network.sysctls.get("|net/ipv6/conf/all/forwarding")).toBe("1");
    expect(network.sysctls.get(`${netns}|net/ipv6/conf/eth0/disable_ipv6`)).toBe("0");
  });

  test("5 three addresses, three gateways", async () => {
    const ranges = ["10.1.2.0/24", "fd00::/64", "fd01::/64"].map((subnet) => [{ subnet }]);
    const { run, network } = bridged(gateway, { ranges });
    await run();
    expect((await network.linkState({ link: "cni0" }))?.addresses).toEqual([
      "10.1.2.1/24",
      "fd00::1/64",
      "fd01::1/64",
    ]);
  });

  test.each([
    [{ nameservers: ["192.0.2.53"] }, { nameservers: ["192.0.2.53"] }],
    [{ search: [] }, { search: [] }],
    [{}, {}],
  ])("7 dns %j of the configuration", async (dns, expected) => {
    expect((await bridged({ dns }).run()).document.dns).toEqual(expected);
  });

  test("8 without ipam the link is up and has no address", async () => {
    const { run, network } = layer2();
    const { document } = await run();
    expect(document).not.toHaveProperty("ips");
    expect(document.interfaces).toHaveLength(3);
    expect(network.dump()).toContain(`${netns} eth0 veth ${containerMac(c1)} up`);
  });

  test("8 and has no shape in 0.2.0, nor leaves anything behind", async () => {
    const { run } = layer2();
    const { document } = await run({ config: { cniVersion: "0.2.0" } });
    expect(document.msg).toContain("cannot convert: no valid IP addresses");
  });

  test("9 a bridge that exists is used as it is", async () => {
    const { run, network } = bridged(gateway);
    await network.apply([{ ...made("cni0"), mac: "02:ff:00:00:00:01" }]);
    expect((await run()).document).toMatchObject({
      interfaces: [{ name: "cni0", mac: "02:ff:00:00:00:01" }, {}, {}],
    });
  });

  test("10 a link of that name that is no bridge", async () => {
    const { run, network, leases } = bridged(gateway);
    await network.apply([made("base"), { kind: "vlan", name: "cni0", bridge: "base", vid: 9 }]);
    const { document } = await run();
    expect(document).toMatchObject({ code: 7, details: "it is of kind vlan" });
    expect(document.msg).toContain('"cni0" already exists but is not a bridge');
    expect(leases()).toEqual([]);
  });
});

const made = (name: string) =>
  ({
    kind: "bridge",
    name,
    mac: "02:00:00:00:00:01",
    promiscuous: false,
    vlanFiltering: false,
  }) as const;

describe("rows 11 to 18: VLANs, addresses in the way, modes", () => {
  test("11 a port's VLAN, and 13 a trunk", async () => {
    const vlanTrunk = [{ id: 101 }, { minID: 200, maxID: 210 }];
    const { run, network } = layer2({ vlan: 100, vlanTrunk });
    await run();
    expect(network.dump()).toContain(
      "master cni0\n  vlan 100 pvid untagged\n  vlan 101\n  vlan 200-210\n",
    );
  });

  test.each([
    [{ vlan: -100 }, "vlan: invalid VLAN ID -100 (must be between 0 and 4094)"],
    [{ vlan: 5000 }, "vlan: invalid VLAN ID 5000 (must be between 0 and 4094)"],
    [{ vlanTrunk: [{ minID: 1 }] }, "vlanTrunk[0].maxID: is missing"],
    [{ vlanTrunk: [{ maxID: 1 }] }, "vlanTrunk[0].minID: is missing"],
    [{ vlanTrunk: [{ minID: 9, maxID: 8 }] }, "vlanTrunk[0].minID: 9 is greater than maxID 8"],
    [{ vlanTrunk: [{ id: 5000 }] }, "vlanTrunk[0].id: incorrect trunk VLAN ID 5000"],
    [{ vlanTrunk: [{}] }, "vlanTrunk[0].id: is missing"],
    [{ promiscMode: true, hairpinMode: true }, "promiscMode: cannot set hairpin mode and"],
    [{ disableContainerInterface: true, ipam: { type: "host-local" } }, "cannot use IPAM"],
    [{ ipMasqBackend: "pf" }, 'ipMasqBackend: unknown backend "pf"'],
    [{ mtu: -1 }, "mtu: -1 is no size"],
    [{ mtu: "1500" }, 'mtu: "1500" is not an integer'],
    [{ runtimeConfig: { mac: "no" } }, 'runtimeConfig.mac: "no" is no hardware address'],
  ])("12, 14, 18 and 31 %j", async (keys, message) => {
    const { run, network } = layer2(keys);
    const { document } = await run();
    expect(document).toMatchObject({ code: 7, msg: expect.stringContaining(message) });
    expect(network.dump()).toBe("");
  });

  test("15 a VLAN's gateway is on a link of its own", async () => {
    const { run, network } = bridged({ ...gateway, vlan: 100 });
    const { document } = await run();
    expect(document.interfaces).toHaveLength(4);
    expect(document).toMatchObject({ interfaces: [{}, {}, {}, { name: "cni0.100" }] });
    expect((await network.linkState({ link: "cni0.100" }))?.addresses).toEqual(["10.1.2.1/24"]);
    expect((await network.linkState({ link: "cni0" }))?.addresses).toEqual([]);
  });

  test.each([
    ["16 another IPv4", "10.0.0.1/8", "10.1.2.0/24", "10.1.2.1/24"],
    ["17 an overlapping IPv6", "fd00::1/48", "fd00::/64", "fd00::1/64"],
  ])("%s address is in the way unless forced", async (_name, present, subnet, wanted) => {
    const { run, network, leases } = bridged(gateway, { subnet });
    await network.apply([made("cni0"), address(present)]);
    const { document } = await run();
    expect(document.msg).toBe(`"cni0" already has an IP address different from ${wanted}`);
    expect(leases()).toEqual([]);
    expect(await run({ config: { forceAddress: true } })).toMatchObject({ status: 0 });
    expect((await network.linkState({ link: "cni0" }))?.addresses).toEqual([wanted]);
  });

  test("17 an IPv6 address beside it stays", async () => {
    const { run, network } = bridged(gateway, { subnet: "fd00::/64" });
    await network.apply([made("cni0"), address("fd01::1/64")]);
    expect(await run()).toMatchObject({ status: 0 });
    expect((await network.linkState({ link: "cni0" }))?.addresses).toHaveLength(2);
  });

  test("18 promiscuous bridge, 32 isolated port, 31 container link left down", async () => {
    const { run, network } = layer2({
      promiscMode: true,
      portIsolation: true,
      disableContainerInterface: true,
    });
    await run();
    expect(network.dump()).toMatch(
      /cni0 bridge \S+ up promisc\n.* master cni0 isolated\n.* down$/s,
    );
  });
});

const address = (text: string): NetworkChange => {
  return {
    kind: "address",
    link: "cni0",
    address: text,
    noPrefixRoute: false,
    duplicateDetection: false,
  };
};

describe("row 20: hardware addresses, later sources first", () => {
  const env = { CNI_ARGS: "MAC=02:00:00:00:00:0A" };
  const args = { cni: { mac: "02:00:00:00:00:0b" } };
  const runtimeConfig = { mac: "02:00:00:00:00:0c" };
  test.each([
    ["02:00:00:00:00:0a", { env }],
    ["02:00:00:00:00:0b", { env, config: { args } }],
    ["02:00:00:00:00:0c", { env, config: { args, runtimeConfig } }],
  ])("%s", async (mac, given) => {
    const { run, network } = layer2();
    await run(given);
    expect((await network.linkState({ netns, link: "eth0" }))?.mac).toBe(mac);
  });
});

describe("rows 21 to 26 and 33: failures and ends", () => {
  test.each(["bridge", "veth", "route", "await-up"] as const)(
    "21 a %s that is refused leaves nothing",
    async (kind) => {
      const { run, network, leases } = bridged({ isDefaultGateway: true, ipMasq: true });
      network.failAt(kind);
      expect((await run()).document).toMatchObject({ code: 103 });
      expect(leases()).toEqual([]);
      expect(network.dump()).not.toContain("veth");
      expect(network.dump()).not.toContain("rules");
      expect(await run()).toMatchObject({ status: 0 });
    },
  );

  test.each([
    ["22 after ADD", {}],
    ["23 without a namespace", { env: { CNI_NETNS: "" } }],
    ["26 with the namespace gone", { env: { CNI_NETNS: "/missing" } }],
    ["without prevResult, with a configuration that is invalid now", { config: { vlan: 9999 } }],
  ])("DEL %s frees address, link and rules", async (_name, given) => {
    const { run, network, leases } = bridged({ ...gateway, ipMasq: true, macspoofchk: true });
    await run();
    expect(network.dump()).toMatch(/rules masquerade.*rules anti-spoof/s);
    expect(await run({ command: "DEL", ...given })).toMatchObject({ status: 0, stdout: "" });
    expect(network.dump()).toMatch(/^host cni0 [^\n]*\n {2}inet 10\.1\.2\.1\/24$/);
    expect(leases()).toEqual([]);
  });

  test("24 and 25 DEL of what never was, and twice", async () => {
    const { run } = bridged(gateway);
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0 });
    await run();
    for (let round = 0; round < 2; round += 1)
      expect(await run({ command: "DEL" })).toMatchObject({ status: 0 });
  });

  test("33 an interface that is there already is left alone, and so is its lease", async () => {
    const { run, network, leases } = bridged(gateway);
    await run();
    const before = network.dump();
    const { document } = await run();
    expect(document).toMatchObject({
      code: 4,
      msg: `CNI_IFNAME "eth0" already exists in ${netns}`,
    });
    expect(network.dump()).toBe(before);
    expect(leases()).toEqual(["10.1.2.2"]);
  });

  test("ADD after one that was killed takes over what that left", async () => {
    const { run, network, leases } = bridged({ ...gateway, ipMasq: true });
    await run();
    await network.apply([{ kind: "delete", netns, link: "eth0" }]);
    expect(await run()).toMatchObject({ status: 0 });
    expect(leases()).toEqual(["10.1.2.3"]);
    expect(network.dump().match(/rules masquerade/g)).toHaveLength(1);
  });

  test("57 GC removes links, rules and leases of those that are gone", async () => {
    const { run, network, leases } = bridged({ ...gateway, ipMasq: true });
    for (const id of ["a", "b", "c"]) await run({ id });
    const config = { "cni.dev/valid-attachments": [{ containerID: "b", ifname: "eth0" }] };
    expect(await run({ command: "GC", config })).toMatchObject({ status: 0, stdout: "" });
    expect(leases()).toEqual(["10.1.2.3"]);
    expect(network.dump().match(/rules masquerade of \S+/g)).toEqual([
      "rules masquerade of net/b/eth0",
    ]);
    expect(network.dump().match(/^host veth/gm)).toHaveLength(1);
  });

  test("58 STATUS asks the address manager", async () => {
    const { run } = bridged(gateway, { subnet: "10.1.2.0/30" });
    expect(await run({ command: "STATUS" })).toMatchObject({ status: 0 });
    await run();
    expect((await run({ command: "STATUS" })).document).toMatchObject({ code: 50 });
  });
});

describe("rows 27 to 29: CHECK", () => {
  const keys = { isDefaultGateway: true, ipMasq: true, macspoofchk: true, hairpinMode: true };
  const added = async (): Promise<Bridged & { check(): Promise<unknown> }> => {
    const scene = bridged(keys);
    const { document: prevResult } = await scene.run();
    const check = async () => {
      const { status, document } = await scene.run({ command: "CHECK", config: { prevResult } });
      return status === 0 ? "as it was" : document.msg;
    };
    return { ...scene, check };
  };

  test("27 right after ADD", async () => {
    expect(await (await added()).check()).toBe("as it was");
  });

  test.each<[string, readonly NetworkChange[], RegExp]>([
    [
      "the container's address",
      [{ kind: "remove-address", netns, link: "eth0", address: "10.1.2.2/24" }],
      /address 10\.1\.2\.2\/24 is missing on eth0/,
    ],
    [
      "the container's link",
      [{ kind: "delete", netns, link: "eth0" }],
      /link eth0 in .* is missing/,
    ],
    ["the bridge", [{ kind: "delete", link: "cni0" }], /bridge cni0 is missing/],
    [
      "the gateway's address",
      [{ kind: "remove-address", link: "cni0", address: "10.1.2.1/24" }],
      /gateway address 10\.1\.2\.1\/24 is missing on cni0/,
    ],
    [
      "the port's bridge",
      [
        {
          kind: "port",
          link: port,
          bridge: "other",
          hairpin: true,
          isolated: false,
          vlans: [],
          removeDefaultVlan: false,
        },
      ],
      /bridge of veth\w+ is other, not cni0/,
    ],
    [
      "hairpin",
      [
        {
          kind: "port",
          link: port,
          bridge: "cni0",
          hairpin: false,
          isolated: false,
          vlans: [],
          removeDefaultVlan: false,
        },
      ],
      /hairpin mode of veth\w+ is false, not true/,
    ],
    [
      "the hardware address",
      [{ kind: "set-link", netns, link: "eth0", mac: "02:00:00:00:00:99" }],
      /hardware address of eth0 .* is 02:00:00:00:00:99/,
    ],
  ])("28 %s is gone or changed", async (_name, changes, message) => {
    const { network, check } = await added();
    await network.apply(changes);
    expect(await check()).toMatch(message);
  });

  test.each(["masquerade", "anti-spoof"] as const)("28 the %s rules are gone", async (kind) => {
    const { network, check } = await added();
    await network.removeRules(c1, [kind]);
    expect(await check()).toBe(`the ${kind} rules of c1 are missing`);
  });

  test("29 without prevResult", async () => {
    const { run } = await added();
    expect((await run({ command: "CHECK" })).document.msg).toContain("Required prevResult missing");
  });
});

test("1.1.0 routes keep mtu, advmss, priority, table and scope", async () => {
  const route = { dst: "192.0.2.0/24", mtu: 1400, advmss: 1360, priority: 7, table: 100 };
  const linkRoute = { dst: "198.51.100.0/24", scope: 253 };
  const { run, network } = bridged({}, { subnet: "10.1.2.0/24", routes: [route, linkRoute] });
  expect((await run()).document.routes).toEqual([route, linkRoute]);
  expect(network.dump()).toContain(
    "route 192.0.2.0/24 via 10.1.2.1 mtu 1400 advmss 1360 priority 7 table 100\n  route 198.51.100.0/24 scope 253",
  );
});
