import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testPod } from "../pods/testing.ts";
import { capabilityArgs } from "./capability-args.ts";
import { parseNetworkList } from "./configuration.ts";
import type { Attachment, RunPlugin } from "./contract.ts";
import { environmentOf, stdinOf } from "./invoke.ts";
import { PodNetwork } from "./network.ts";

const list = {
  cniVersion: "0.4.0",
  cniVersions: ["0.4.0", "1.0.0", "9.9.9"],
  name: "net",
  plugins: [
    { type: "bridge", capabilities: { portMappings: true } },
    { type: "tuning", mtu: 1400 },
  ],
};
const attachment: Attachment = {
  containerId: "c1",
  netns: "/run/netns/x",
  ifname: "eth0",
  args: [
    ["IgnoreUnknown", "1"],
    ["K8S_POD_NAME", "web"],
  ],
  capabilityArgs: { portMappings: [{ hostPort: 80 }], bandwidth: { ingressRate: 1 } },
};

let folder: string;
let calls: {
  readonly type: string;
  readonly command: string;
  readonly stdin: Record<string, unknown>;
}[];
let refuses: string | undefined;

const run: RunPlugin = async (type, environment, stdin) => {
  const command = environment.CNI_COMMAND ?? "";
  calls.push({ type, command, stdin: JSON.parse(stdin) });
  if (`${command} ${type}` === refuses) throw new Error(`${type} refuses`);
  return command === "ADD" ? JSON.stringify({ by: type, ips: [{ address: "10.1.0.5/24" }] }) : "";
};
const network = (): PodNetwork =>
  new PodNetwork(
    { configurations: folder, programs: "/opt/cni/bin", results: join(folder, "results") },
    run,
  );
const words = (): readonly string[] => calls.map(({ type, command }) => `${command} ${type}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-kubelet-cni-"));
  calls = [];
  refuses = undefined;
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a plugin reads its part, the list's name and version, and what it is able to do", () => {
  const parsed = parseNetworkList(JSON.stringify(list), "file");
  const [bridge = { type: "" }, tuning = { type: "" }] = parsed.plugins;
  expect(JSON.parse(stdinOf(parsed, bridge, attachment, undefined))).toEqual({
    type: "bridge",
    cniVersion: "1.0.0",
    name: "net",
    runtimeConfig: { portMappings: [{ hostPort: 80 }] },
  });
  expect(JSON.parse(stdinOf(parsed, tuning, attachment, { ips: [] }))).toEqual({
    type: "tuning",
    mtu: 1400,
    cniVersion: "1.0.0",
    name: "net",
    prevResult: { ips: [] },
  });
  expect(environmentOf("ADD", attachment, "/opt/cni/bin")).toMatchObject({
    CNI_ARGS: "IgnoreUnknown=1;K8S_POD_NAME=web",
    CNI_PATH: "/opt/cni/bin",
  });
});

test("ADD hands results on, CHECK and DEL get the last one, DEL goes backwards", async () => {
  writeFileSync(join(folder, "10-net.conflist"), JSON.stringify(list));
  expect(await network().add(attachment)).toEqual(["10.1.0.5"]);
  expect(words()).toEqual(["ADD bridge", "ADD tuning"]);
  expect(calls[1]?.stdin.prevResult).toMatchObject({ by: "bridge" });
  calls = [];
  // The configuration may have changed since: what was asked for is in the cache.
  writeFileSync(join(folder, "10-net.conflist"), "{}");
  await network().check("c1");
  expect(words()).toEqual(["CHECK bridge", "CHECK tuning"]);
  expect(calls[0]?.stdin.prevResult).toMatchObject({ by: "tuning" });
  calls = [];
  expect(network().attached()).toEqual(["c1"]);
  await network().delete("c1");
  expect(words()).toEqual(["DEL tuning", "DEL bridge"]);
  expect(calls[1]?.stdin).toMatchObject({ prevResult: { by: "tuning" }, runtimeConfig: {} });
  expect(network().attached()).toEqual([]);
});

test("an ADD that is refused is undone; a DEL that is refused is not forgotten", async () => {
  writeFileSync(join(folder, "10-net.conflist"), JSON.stringify(list));
  refuses = "ADD tuning";
  await expect(network().add(attachment)).rejects.toThrow("tuning refuses");
  expect(words()).toEqual(["ADD bridge", "ADD tuning", "DEL tuning", "DEL bridge"]);
  expect(network().attached()).toEqual([]);
  refuses = "DEL bridge";
  await network().add(attachment);
  await expect(network().delete("c1")).rejects.toThrow("bridge refuses");
  expect(network().attached()).toEqual(["c1"]);
});

test("the first list by name counts; without one the network is not ready", () => {
  expect(network().whyNotReady()).toBe("cni plugin not initialized");
  writeFileSync(join(folder, "20-late.conflist"), "no JSON");
  writeFileSync(join(folder, "10-net.conf"), JSON.stringify({ name: "one", type: "bridge" }));
  writeFileSync(join(folder, "00-readme.txt"), "");
  expect(network().whyNotReady()).toBeUndefined();
  rmSync(join(folder, "10-net.conf"));
  expect(network().whyNotReady()).toContain("20-late.conflist is no JSON");
});

test.each([
  ["{}", '"name" is missing'],
  ['{"name":"n","cniVersion":"9.0.0","plugins":[]}', '"cniVersion" 9.0.0 is none of'],
  ['{"name":"n","plugins":[{}]}', '"plugins[0].type" is missing'],
])("%s: %s", (text, message) => {
  expect(() => parseNetworkList(text, "file")).toThrow(`file: ${message}`);
});

test("what a pod asks of plugins", () => {
  const ports = [
    { containerPort: 80, hostPort: 8080 },
    { containerPort: 53, hostPort: 5353, protocol: "UDP", hostIP: "172.30.0.2" },
    { containerPort: 1 },
  ];
  const annotations = {
    "kubernetes.io/ingress-bandwidth": "10M",
    "kubernetes.io/egress-bandwidth": "1Gi",
  };
  expect(capabilityArgs(testPod({ containers: [{ name: "a", ports }] }, { annotations }))).toEqual({
    portMappings: [
      { hostPort: 8080, containerPort: 80, protocol: "tcp", hostIP: "" },
      { hostPort: 5353, containerPort: 53, protocol: "udp", hostIP: "172.30.0.2" },
    ],
    bandwidth: {
      ingressRate: 10_000_000,
      ingressBurst: 2_147_483_647,
      egressRate: 1_073_741_824,
      egressBurst: 2_147_483_647,
    },
  });
  expect(capabilityArgs(testPod())).toEqual({});
});
