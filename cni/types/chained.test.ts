import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "#test/support/lease-folder.ts";
import type { Attachment, JsonObject, PluginType } from "../contract.ts";
import { type Scene, scene } from "../testing/scene.ts";
import { bandwidth } from "./bandwidth/bandwidth.ts";
import { firewall } from "./firewall.ts";
import type { NodeServices } from "./interface-type.ts";
import { loopback } from "./loopback.ts";
import { ifbName } from "./names.ts";
import { portmap } from "./portmap/portmap.ts";
import { tuning } from "./tuning/tuning.ts";

const c1: Attachment = { network: "net", containerId: "c1", ifname: "eth0" };
const netns = "/run/netns/c1";
const prevResult = {
  interfaces: [
    { name: "cni0" },
    { name: "vethx" },
    { name: "eth0", sandbox: netns, mac: "02:00:00:00:00:02" },
  ],
  ips: [
    { address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 2 },
    { address: "fd00::2/64", interface: 2 },
  ],
  dns: {},
};

/** A chained type behind a bridge plugin: the container's link is there, its other end on the host is vethx. */
async function behindBridge(
  type: (services: NodeServices) => PluginType,
  config: JsonObject = {},
): Promise<Scene> {
  const { network, run } = scene(type, { type: "chained", prevResult, ...config });
  const made = { kind: "veth", host: { name: "vethx", mac: "02:00:00:00:00:01" } } as const;
  network.addNamespace(netns);
  const container = { netns, name: "eth0", mac: "02:00:00:00:00:02" };
  await network.apply([{ ...made, container, owner: c1 }]);
  return { network, run: (given) => run({ ...given, env: { CNI_NETNS: netns, ...given?.env } }) };
}

const ports = (...portMappings: object[]) => ({ runtimeConfig: { portMappings } });
const http = { hostPort: 8080, containerPort: 80, protocol: "tcp" };

describe("row 66: what a chained plugin prints", () => {
  test.each<[string, (services: NodeServices) => PluginType, JsonObject]>([
    ["portmap without ports", portmap, {}],
    ["portmap", portmap, ports(http)],
    ["firewall", firewall, {}],
    ["tuning", tuning, { sysctl: { "net.core.somaxconn": "500" } }],
    ["bandwidth without rates", bandwidth, {}],
  ])("%s: the previous result unchanged", async (_name, type, config) => {
    const { run } = await behindBridge(type, config);
    expect((await run()).document).toEqual({ cniVersion: "1.1.0", ...prevResult });
  });

  test.each([portmap, firewall, tuning, bandwidth])("%o wants to be chained", async (type) => {
    const { run } = await behindBridge(type, { prevResult: undefined, ...ports(http) });
    const { document } = await run();
    expect(document).toMatchObject({ code: 7 });
    expect(document.msg).toContain("must be called as chained plugin");
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0, stdout: "" });
  });
});

describe("portmap", () => {
  const rules = async (config: JsonObject): Promise<unknown> => {
    const { run, network } = await behindBridge(portmap, config);
    const { status, document } = await run();
    if (status !== 0) return `${document.code}: ${document.msg}`;
    return JSON.parse(network.dump().match(/rules host-ports of \S+ (.*)/)?.[1] ?? "null");
  };

  test("61 each family's address is mapped to, and the host's loopback may be", async () => {
    const { run, network } = await behindBridge(portmap, ports(http));
    await run();
    expect(network.dump()).toContain('"podAddress":"10.1.2.2"');
    expect(network.dump()).toContain('"podAddress":"fd00::2"');
    expect(network.sysctls.get("|net/ipv4/conf/vethx/route_localnet")).toBe("1");
    await run({ command: "DEL", env: { CNI_NETNS: "" } });
    expect(network.dump()).not.toContain("rules");
  });

  test.each([
    ["10.0.0.5", ["10.1.2.2 at 10.0.0.5"]],
    ["0.0.0.0", ["10.1.2.2 at any"]],
    ["::", ["fd00::2 at any"]],
    ["2001:db8::5", ["fd00::2 at 2001:db8::5"]],
  ])("hostIP %s is of one family", async (hostIP, expected) => {
    expect(await rules(ports({ ...http, hostIP }))).toMatchObject({
      mappings: expected.map((text) => {
        const [podAddress, hostIp] = text.split(" at ");
        return hostIp === "any" ? { podAddress } : { podAddress, hostIp };
      }),
    });
  });

  test.each<[JsonObject, string, number]>([
    [{}, "hairpin-and-local", 13],
    [{ snat: false }, "none", 13],
    [{ masqAll: true, markMasqBit: 5 }, "all", 5],
  ])("%j masquerades %s", async (config, masquerade, markBit) => {
    expect(await rules({ ...config, ...ports(http) })).toMatchObject({ masquerade, markBit });
  });

  test("64 an address without an interface is the container's", async () => {
    const bare = { ips: [{ address: "10.1.2.9/24" }] };
    expect(await rules({ prevResult: bare, ...ports(http) })).toMatchObject({
      mappings: [{ podAddress: "10.1.2.9" }],
    });
  });

  test.each<[JsonObject, string]>([
    [ports({ ...http, hostPort: 0 }), "runtimeConfig.portMappings[0].hostPort: invalid port 0"],
    [ports({ ...http, hostPort: -1 }), "runtimeConfig.portMappings[0].hostPort: invalid port -1"],
    [ports({ ...http, protocol: "icmp" }), 'protocol: "icmp" is none of tcp, udp, sctp'],
    [ports({ ...http, hostIP: "x" }), 'hostIP: "x" is no IP address'],
    [{ backend: "ipvs" }, 'backend: unrecognized backend "ipvs"'],
    [{ backend: "iptables", conditionsV4: ["-d", "192.0.2.1"] }, "2: conditionsV4: "],
    [{ backend: "nftables", conditionsV6: ["!", "-d", "fd00::1"] }, "2: conditionsV6: "],
    [{ markMasqBit: 32 }, "markMasqBit: 32 is no bit"],
    [{ markMasqBit: 5, externalSetMarkChain: "X" }, "cannot specify both"],
  ])("63 %j", async (config, message) => {
    expect(await rules(config)).toContain(message);
  });

  test("CHECK and GC", async () => {
    const { run, network } = await behindBridge(portmap, ports(http));
    await run();
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    await run({ command: "GC", config: { "cni.dev/valid-attachments": [] } });
    expect(network.dump()).not.toContain("rules");
    expect((await run({ command: "CHECK" })).document).toMatchObject({ code: 102 });
  });
});

describe("row 65: bandwidth", () => {
  const rates = { ingressRate: 8000, ingressBurst: 800, egressRate: 9000, egressBurst: 900 };

  test("both directions, and the device that shapes what the container sends", async () => {
    const { run, network } = await behindBridge(bandwidth, { runtimeConfig: { bandwidth: rates } });
    expect((await run()).document).toMatchObject({
      interfaces: [{}, {}, {}, { name: ifbName(c1) }],
    });
    expect(network.dump()).toContain("vethx veth 02:00:00:00:00:01 down tbf 8000/800");
    expect(network.dump()).toContain("tbf 9000/900 of vethx");
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    await run({ command: "DEL", env: { CNI_NETNS: "" } });
    expect(network.dump()).not.toContain("ifb");
    expect((await run({ command: "CHECK" })).document).toMatchObject({ code: 102 });
  });

  test("static rates come before the runtime's", async () => {
    const runtimeConfig = { bandwidth: rates };
    const { run, network } = await behindBridge(bandwidth, {
      ingressRate: 5,
      ingressBurst: 6,
      runtimeConfig,
    });
    await run();
    expect(network.dump()).toContain("tbf 5/6");
    expect(network.dump()).not.toContain("ifb");
  });

  test.each([
    [{ ingressRate: 5 }, "ingressBurst: must be set along with ingressRate"],
    [{ egressBurst: 5 }, "egressRate: must be set along with egressBurst"],
    [{ ingressRate: -5, ingressBurst: 5 }, "ingressRate: -5 is negative"],
    [{ ingressRate: 5, ingressBurst: 8 * 2 ** 32 }, "a burst is below 4 GiB"],
  ])("%j", async (config, message) => {
    const { run } = await behindBridge(bandwidth, config);
    expect((await run()).document).toMatchObject({
      code: 7,
      msg: expect.stringContaining(message),
    });
  });
});

describe("firewall", () => {
  test.each([
    [{}, '{"policy":"open","addresses":["10.1.2.2/24","fd00::2/64"]}'],
    [
      { ingressPolicy: "same-bridge" },
      '"same-bridge","addresses":["10.1.2.2/24","fd00::2/64"],"bridge":"cni0"',
    ],
    [{ ingressPolicy: "isolated", backend: "firewalld" }, '"isolated"'],
  ])("%j", async (config, rules) => {
    const { run, network } = await behindBridge(firewall, config);
    await run();
    expect(network.dump()).toContain(`rules admission of net/c1/eth0`);
    expect(network.dump()).toContain(rules);
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    await run({ command: "DEL" });
    expect(network.dump()).not.toContain("rules");
  });

  test.each([
    [{ ingressPolicy: "closed" }, 'ingressPolicy: unrecognized "closed"'],
    [{ backend: "pf" }, 'backend: unrecognized "pf"; there are iptables nftables firewalld'],
    [
      {
        ingressPolicy: "isolated",
        prevResult: { ips: prevResult.ips.map(({ address }) => ({ address })) },
      },
      "needs a bridge",
    ],
  ])("%j", async (config, message) => {
    const { run } = await behindBridge(firewall, config);
    expect((await run()).document.msg).toContain(message);
  });
});

describe("row 67: tuning", () => {
  const keys = { mac: "02:00:00:00:00:77", mtu: 1300, promisc: true, allmulti: true, txQLen: 20 };

  test("attributes are applied, told in the result, and given back by DEL", async () => {
    const dataDir = join(temporaryFolder(), "tuning");
    const { run, network } = await behindBridge(tuning, { ...keys, dataDir });
    const before = network.dump();
    expect((await run()).document).toMatchObject({
      interfaces: [{}, {}, { name: "eth0", mac: "02:00:00:00:00:77", mtu: 1300 }],
    });
    expect(network.dump()).toContain(
      "eth0 veth 02:00:00:00:00:77 down mtu 1300 promisc allmulti txqlen 20",
    );
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    for (let round = 0; round < 2; round += 1) {
      expect(await run({ command: "DEL" })).toMatchObject({ status: 0, stdout: "" });
      expect(network.dump()).toBe(before);
    }
    expect(existsSync(join(dataDir, "c1_eth0.json"))).toBe(false);
    expect((await run({ command: "CHECK" })).document.msg).toContain("is 02:00:00:00:00:02, not");
  });

  test("sysctls, also for the container's interface, also from args", async () => {
    const sysctl = { "net.core.somaxconn": "500", "net/ipv4/conf/IFNAME/rp_filter": "0" };
    const args = { cni: { sysctl: { "net.ipv4.tcp_syncookies": "0" } } };
    const { run, network } = await behindBridge(tuning, { sysctl, args });
    await run();
    expect([...network.sysctls]).toEqual([
      [`${netns}|net/core/somaxconn`, "500"],
      [`${netns}|net/ipv4/conf/eth0/rp_filter`, "0"],
      [`${netns}|net/ipv4/tcp_syncookies`, "0"],
    ]);
  });

  test.each([
    [{ "kernel.panic": "1" }, "kernel.panic is not below net"],
    [{ "net/../kernel/panic": "1" }, "is not below net"],
    [{ "net.core.somaxconn": 5 }, "the value of net.core.somaxconn is no string"],
    [{ "net.core.rmem_max": "5" }, "net.core.rmem_max is not allowed by"],
  ])("%j", async (sysctl, message) => {
    const folder = temporaryFolder();
    writeFiles(folder, { allow: "# comment\n^net\\.core\\.somaxconn$\n" });
    const limited = (services: NodeServices) => tuning(services, join(folder, "allow"));
    const { run, network } = await behindBridge(limited, { sysctl });
    expect((await run()).document.msg).toContain(message);
    expect(network.sysctls.size).toBe(0);
  });
});

describe("loopback", () => {
  test("lo is up with its addresses, whatever the interface is called", async () => {
    const { run, network } = scene(loopback, { type: "loopback" });
    expect((await run({ env: { CNI_IFNAME: "any0" } })).document).toEqual({
      cniVersion: "1.1.0",
      interfaces: [{ name: "lo", mac: "00:00:00:00:00:00", sandbox: netns }],
      ips: [
        { address: "127.0.0.1/8", interface: 0 },
        { address: "::1/128", interface: 0 },
      ],
      dns: {},
    });
    expect(await run({ command: "CHECK" })).toMatchObject({ status: 0 });
    for (const CNI_NETNS of [netns, "", "/missing"])
      expect(await run({ command: "DEL", env: { CNI_NETNS } })).toMatchObject({ status: 0 });
    expect(network.dump()).toBe("");
    expect((await run({ command: "CHECK" })).document.msg).toContain("is down");
  });

  test("behind another plugin it prints that one's result", async () => {
    const { run } = scene(loopback, { type: "loopback", prevResult });
    expect((await run()).document).toEqual({ cniVersion: "1.1.0", ...prevResult });
  });
});
