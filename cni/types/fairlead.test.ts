import { expect, test } from "vitest";
import { filesOf, temporaryFolder } from "#test/support/lease-folder.ts";
import { scene } from "../testing/scene.ts";
import { fairlead } from "./fairlead.ts";

function cluster(keys: object = {}) {
  const dataDir = temporaryFolder();
  const ipam = { type: "host-local", dataDir, subnet: "10.1.2.0/24" };
  const runtimeConfig = {
    portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }],
    bandwidth: { egressRate: 9000, egressBurst: 900 },
  };
  const config = { type: "fairlead", ipam, runtimeConfig, ...keys };
  const leases = () => Object.keys(filesOf(dataDir)).filter((name) => !name.startsWith("last"));
  return { ...scene(fairlead, config), leases };
}

test("one ADD makes link, address, default route, host ports and bandwidth; one DEL removes them", async () => {
  const { run, network, leases } = cluster();
  const { document: prevResult } = await run();
  expect(prevResult).toMatchObject({
    interfaces: [{ name: "cni0" }, {}, { name: "eth0" }, { name: expect.stringMatching(/^bwp/) }],
    ips: [{ address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 2 }],
    routes: [{ dst: "0.0.0.0/0", gw: "10.1.2.1" }],
  });
  expect(network.dump()).toMatch(/master cni0 hairpin\n.*rules host-ports of net\/c1\/eth0/s);
  expect(await run({ command: "CHECK", config: { prevResult } })).toMatchObject({ status: 0 });
  expect(await run({ command: "STATUS" })).toMatchObject({ status: 0 });
  expect(await run({ command: "DEL", env: { CNI_NETNS: "" } })).toMatchObject({ status: 0 });
  expect(network.dump()).toMatch(/^host cni0 .*\n {2}inet 10\.1\.2\.1\/24$/);
  expect(leases()).toEqual([]);
});

test("a host port that a process of the node listens on is refused, and nothing is left", async () => {
  const { run, network, leases } = cluster();
  network.holdPort("udp", 8080);
  expect(await run()).toMatchObject({ status: 0 });
  await run({ command: "DEL" });
  network.holdPort("tcp", 8080);
  expect((await run()).document).toMatchObject({
    code: 105,
    msg: expect.stringContaining("hostPort 8080 (tcp) is held by a process of the node"),
  });
  expect(network.dump()).not.toMatch(/veth|rules/);
  expect(leases()).toEqual([]);
  expect(await run({ config: { takeHeldPorts: true } })).toMatchObject({ status: 0 });
});

test("a step that fails at the end undoes the first", async () => {
  const { run, network, leases } = cluster();
  network.failAt("shape-ingress");
  expect((await run()).document).toMatchObject({ code: 103 });
  expect(network.dump()).not.toMatch(/veth|rules/);
  expect(leases()).toEqual([]);
});

test("options of every part are read before the first step", async () => {
  const { run, network } = cluster({ runtimeConfig: { bandwidth: { egressRate: 5 } } });
  expect((await run()).document.msg).toContain("egressBurst: must be set along with egressRate");
  expect(network.dump()).toBe("");
});

test("GC removes all of those that are gone", async () => {
  const { run, network, leases } = cluster();
  for (const id of ["a", "b"]) await run({ id });
  const config = { "cni.dev/valid-attachments": [{ containerID: "b", ifname: "eth0" }] };
  expect(await run({ command: "GC", config })).toMatchObject({ status: 0 });
  expect(leases()).toEqual(["10.1.2.3"]);
  expect(network.dump().match(/^host (veth|bwp)/gm)).toHaveLength(2);
  expect(network.dump().match(/rules host-ports of \S+/g)).toEqual([
    "rules host-ports of net/b/eth0",
  ]);
});
