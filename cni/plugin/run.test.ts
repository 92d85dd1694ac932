import { describe, expect, test } from "vitest";
import type { PluginRequest, PluginType, Result } from "../contract.ts";
import { CniError } from "../errors.ts";
import { type Call, call } from "../testing/call.ts";

const result: Result = {
  interfaces: [{ name: "eth0", mac: "02:00:00:00:00:01", mtu: 1450, sandbox: "/run/netns/c1" }],
  ips: [{ address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 0 }],
  routes: [{ dst: "0.0.0.0/0", mtu: 1400 }],
  dns: {},
};

/** A type that notes its calls. */
function noting(seen: PluginRequest[] = []): PluginType {
  const note = async (request: PluginRequest): Promise<void> => {
    seen.push(request);
  };
  const add = async (request: PluginRequest): Promise<Result> => {
    seen.push(request);
    return result;
  };
  return { name: "noting", add, del: note, check: note, gc: note, status: note };
}

const plain = { cniVersion: "1.1.0", name: "net", type: "noting" };
const run = (given: Call, seen: PluginRequest[] = []) =>
  call(async (name) => (name === "noting" ? noting(seen) : undefined), { config: plain, ...given });

const supported = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

/** Rows 35 to 43 of the black-box table: the call, the error's code, and what the message or details say. */
const faults: readonly (readonly [string, Call, number, RegExp])[] = [
  [
    "35 one variable missing",
    { env: { CNI_NETNS: "" } },
    4,
    /required env variables \[CNI_NETNS\] missing/,
  ],
  [
    "35 several missing",
    { env: { CNI_CONTAINERID: undefined, CNI_NETNS: undefined, CNI_IFNAME: undefined } },
    4,
    /\[CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME\]/,
  ],
  ["35 DEL without interface", { command: "DEL", env: { CNI_IFNAME: "" } }, 4, /\[CNI_IFNAME\]/],
  ["35 GC without path", { command: "GC", env: { CNI_PATH: "" } }, 4, /\[CNI_PATH\]/],
  ["35 unknown command", { command: "NOPE" }, 4, /unknown CNI_COMMAND: "NOPE"/],
  ["36 16 bytes", { env: { CNI_IFNAME: "a234567890123456" } }, 4, /too long/],
  ["36 .", { env: { CNI_IFNAME: "." } }, 4, /is \. or \.\./],
  ["36 ..", { env: { CNI_IFNAME: ".." } }, 4, /is \. or \.\./],
  ["36 a/b", { env: { CNI_IFNAME: "a/b" } }, 4, /contains \//],
  ["36 a:b", { env: { CNI_IFNAME: "a:b" } }, 4, /contains \//],
  ["36 a b", { env: { CNI_IFNAME: "a b" } }, 4, /whitespace/],
  [
    "37 container ID",
    { env: { CNI_CONTAINERID: "some-%%container-id" } },
    4,
    /invalid characters in containerID/,
  ],
  ["38 half an object", { config: "{" }, 6, /is no JSON/],
  ["38 a list", { config: "[]" }, 6, /no JSON object/],
  ["38 no name", { config: { ...plain, name: undefined } }, 7, /missing network name/],
  ["38 name with a slash", { config: { ...plain, name: "a/b" } }, 7, /invalid characters .*name/],
  [
    "38 type of a key",
    { config: { ...plain, dns: { search: [1] } } },
    7,
    /dns\.search: \[1\] is not a list of strings/,
  ],
  ["38 unknown type", { config: { ...plain, type: "other" } }, 7, /type: "other"/],
  [
    "40 unknown version",
    { config: { ...plain, cniVersion: "9.9.9" } },
    1,
    /incompatible CNI versions.*config is "9\.9\.9", plugin supports \["0\.1\.0" .*"1\.1\.0"\]/,
  ],
  [
    "41 CHECK too early",
    { command: "CHECK", config: { ...plain, cniVersion: "0.3.1" } },
    1,
    /config version does not allow CHECK/,
  ],
  [
    "41 GC too early",
    { command: "GC", config: { ...plain, cniVersion: "1.0.0" } },
    1,
    /config version does not allow GC/,
  ],
  [
    "41 STATUS too early",
    { command: "STATUS", config: { ...plain, cniVersion: "1.0.0" } },
    1,
    /config version does not allow STATUS/,
  ],
  ["43 own namespace", { env: { CNI_NETNS: "/proc/self/ns/net" } }, 8, /should not be the same/],
  ["34 no such namespace", { env: { CNI_NETNS: "/missing" } }, 8, /CNI_NETNS "\/missing"/],
  ["CNI_ARGS unknown", { env: { CNI_ARGS: "IP=10.0.0.1;FOO=1" } }, 4, /unknown args \["FOO"\]/],
  ["CNI_ARGS no pair", { env: { CNI_ARGS: "IP" } }, 4, /invalid pair "IP"/],
  [
    "prevResult unreadable",
    { config: { ...plain, prevResult: { ips: [{}] } } },
    7,
    /prevResult\.ips\[0\]\.address: is missing/,
  ],
];

test.each(faults)("%s", async (_name, given, code, message) => {
  const seen: PluginRequest[] = [];
  const { status, document, stdout } = await run(given, seen);
  expect(status).toBe(1);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(document.code).toBe(code);
  expect(`${document.msg} ${document.details ?? ""}`).toMatch(message);
  expect(seen).toEqual([]);
});

describe("what goes through", () => {
  test("39 without cniVersion the configuration is one of 0.1.0", async () => {
    const { document } = await run({ config: { name: "net", type: "noting" } });
    expect(document).toEqual({
      cniVersion: "0.1.0",
      ip4: { ip: "10.1.2.2/24", gateway: "10.1.2.1", routes: [{ dst: "0.0.0.0/0" }] },
      dns: {},
    });
  });

  test("42 VERSION reads no stdin", async () => {
    const { status, document } = await run({ command: "VERSION", config: "no JSON" });
    expect(status).toBe(0);
    expect(document).toEqual({ cniVersion: "1.1.0", supportedVersions: supported });
  });

  test("43 the own namespace, where the runtime says it means it", async () => {
    const env = { CNI_NETNS: "/proc/self/ns/net", CNI_NETNS_OVERRIDE: "TRUE" };
    expect(await run({ env })).toMatchObject({ status: 0 });
  });

  test("a call without a command is a person's", async () => {
    const answer = await run({ env: { CNI_COMMAND: undefined }, argv0: "/opt/cni/bin/bridge" });
    expect(answer).toMatchObject({ status: 0, stdout: "" });
    expect(answer.stderr).toMatch(/called as bridge\nCNI protocol versions supported: 0\.1\.0, /);
  });

  test("its own name decides before the configuration's type", async () => {
    const config = { ...plain, type: "other" };
    expect(await run({ argv0: "/opt/cni/bin/noting", config })).toMatchObject({ status: 0 });
  });

  test.each([
    ["an unreadable prevResult", { config: { ...plain, prevResult: { ips: 5 } } }],
    ["an unreadable runtimeConfig", { config: { ...plain, runtimeConfig: "none" } }],
    ["unreadable dns and args", { config: { ...plain, dns: 5, args: { cni: [] } } }],
    ["an unreadable type", { argv0: "/opt/cni/bin/noting", config: { ...plain, type: 5 } }],
    ["no namespace", { env: { CNI_NETNS: "" } }],
    ["a namespace that is gone", { env: { CNI_NETNS: "/missing" } }],
    ["strange CNI_ARGS", { env: { CNI_ARGS: "nonsense" } }],
  ])("DEL goes on with %s", async (_name, given) => {
    const seen: PluginRequest[] = [];
    expect(await run({ command: "DEL", ...given }, seen)).toMatchObject({ status: 0, stdout: "" });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["no list", {}, 0],
    ["an empty list", { "cni.dev/valid-attachments": [] }, 1],
    ["the draft's key", { "cni.dev/attachments": [{ containerID: "a", ifname: "eth0" }] }, 1],
  ])("GC with %s", async (_name, keys, calls) => {
    const seen: PluginRequest[] = [];
    const config = { ...plain, ...keys };
    expect(await run({ command: "GC", config }, seen)).toMatchObject({ status: 0, stdout: "" });
    expect(seen).toHaveLength(calls);
  });

  test("the request holds what the type needs", async () => {
    const seen: PluginRequest[] = [];
    const config = { ...plain, args: { cni: { ips: ["10.0.0.9"] } }, runtimeConfig: { mac: "m" } };
    const env = { CNI_ARGS: "IgnoreUnknown=1;K8S_POD_NAME=p", CNI_PATH: "/a:/b" };
    await run({ config: { ...config, prevResult: { ips: [] } }, env }, seen);
    expect(seen[0]).toMatchObject({
      attachment: { network: "net", containerId: "c1", ifname: "eth0" },
      netns: "/run/netns/c1",
      pluginFolders: ["/a", "/b"],
      configuration: {
        args: { ips: ["10.0.0.9"] },
        runtimeConfig: { mac: "m" },
        prevResult: { interfaces: [], ips: [], routes: [], dns: {} },
      },
    });
    expect(seen[0]?.cniArgs.get("K8S_POD_NAME")).toBe("p");
  });
});

test("an error of no known kind is 999, one of a type keeps its number and details", async () => {
  const failing = (error: Error) =>
    call(async () => ({ ...noting(), add: () => Promise.reject(error) }), { config: plain });
  expect((await failing(new Error("boom"))).document).toEqual({
    cniVersion: "1.1.0",
    code: 999,
    msg: "boom",
  });
  expect((await failing(new CniError(50, "full", "0 of 254 free"))).document).toEqual({
    cniVersion: "1.1.0",
    code: 50,
    msg: "full",
    details: "0 of 254 free",
  });
});
