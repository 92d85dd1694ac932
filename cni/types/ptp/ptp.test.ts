import { describe, expect, test } from "vitest";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import { scene } from "../../testing/scene.ts";
import { containerMac, hostLinkName, hostMac } from "../names.ts";
import { ptp } from "./ptp.ts";

const c1 = { network: "net", containerId: "c1", ifname: "eth0" };
const host = hostLinkName(c1);
const netns = "/run/netns/c1";

function routed(keys: object = {}) {
  const dataDir = temporaryFolder();
  const ranges = [[{ subnet: "10.1.2.0/24" }], [{ subnet: "fd00::/64" }]];
  const routes = [{ dst: "0.0.0.0/0" }, { dst: "::/0" }];
  const ipam = { type: "host-local", dataDir, ranges, routes };
  return { ...scene(ptp, { type: "ptp", ipam, ...keys }), dataDir };
}

describe("row 60: both families", () => {
  test("routes over the link to the gateway, through it to the subnet", async () => {
    const { run, network } = routed({ mtu: 1400 });
    expect((await run()).document).toMatchObject({
      interfaces: [
        { name: host, mac: hostMac(c1), mtu: 1400 },
        { name: "eth0", mac: containerMac(c1), mtu: 1400, sandbox: netns },
      ],
      ips: [
        { address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 1 },
        { address: "fd00::2/64", gateway: "fd00::1", interface: 1 },
      ],
      routes: [{ dst: "0.0.0.0/0" }, { dst: "::/0" }],
    });
    expect(network.dump()).toBe(
      [
        `host ${host} veth ${hostMac(c1)} up mtu 1400`,
        "  inet 10.1.2.1/32",
        "  inet fd00::1/128",
        "  route 10.1.2.2/32 scope 253",
        "  route fd00::2/128 scope 253",
        `${netns} eth0 veth ${containerMac(c1)} up mtu 1400`,
        "  inet 10.1.2.2/24",
        "  inet fd00::2/64",
        "  route 10.1.2.1/32 scope 253",
        "  route 10.1.2.0/24 via 10.1.2.1",
        "  route fd00::1/128 scope 253",
        "  route fd00::/64 via fd00::1",
        "  route 0.0.0.0/0 via 10.1.2.1",
        "  route ::/0 via fd00::1",
      ].join("\n"),
    );
  });

  test("DEL leaves nothing", async () => {
    const { run, network, dataDir } = routed({ ipMasq: true });
    await run();
    expect(network.dump()).toContain("rules masquerade");
    expect(await run({ command: "DEL" })).toMatchObject({ status: 0, stdout: "" });
    expect(network.dump()).toBe("");
    expect(Object.keys(filesOf(dataDir))).toEqual(["last_reserved_ip.0", "last_reserved_ip.1"]);
  });
});

test("CHECK finds what is missing", async () => {
  const { run, network } = routed({ ipMasq: true });
  const { document: prevResult } = await run();
  const check = () => run({ command: "CHECK", config: { prevResult } });
  expect(await check()).toMatchObject({ status: 0 });
  await network.removeRules(c1, ["masquerade"]);
  expect((await check()).document.msg).toContain("the masquerade rules of c1 are missing");
});

test("without ipam there is nothing to route", async () => {
  const { run, network } = routed({ ipam: undefined });
  expect((await run()).document).toMatchObject({ code: 7, msg: "ipam: ptp needs addresses" });
  expect(network.dump()).toBe("");
});
