import { describe, expect, test } from "vitest";
import type { Result } from "../../contract.ts";
import { supportedVersions } from "../version.ts";
import { decodeResult } from "./decode.ts";
import { encodeResult } from "./encode.ts";

const dual: Result = {
  interfaces: [
    { name: "cni0", mac: "02:00:00:00:00:01", mtu: 1500 },
    { name: "eth0", mac: "02:00:00:00:00:02", mtu: 1450, sandbox: "/run/netns/a" },
  ],
  ips: [
    { address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 1 },
    { address: "fd00::2/64", gateway: "fd00::1", interface: 1 },
  ],
  routes: [
    { dst: "0.0.0.0/0", mtu: 1400, advmss: 1360, priority: 10, table: 100, scope: 253 },
    { dst: "fd01::/64", gw: "fd00::9" },
  ],
  dns: { nameservers: ["10.96.0.10"], search: [] },
};

const interfaces = [
  { name: "cni0", mac: "02:00:00:00:00:01" },
  { name: "eth0", mac: "02:00:00:00:00:02", sandbox: "/run/netns/a" },
];
const ips = [
  { interface: 1, address: "10.1.2.2/24", gateway: "10.1.2.1" },
  { interface: 1, address: "fd00::2/64", gateway: "fd00::1" },
];
const routes = [{ dst: "0.0.0.0/0" }, { dst: "fd01::/64", gw: "fd00::9" }];
const dns = { nameservers: ["10.96.0.10"], search: [] };
const byFamily = {
  ip4: { ip: "10.1.2.2/24", gateway: "10.1.2.1", routes: [{ dst: "0.0.0.0/0" }] },
  ip6: { ip: "fd00::2/64", gateway: "fd00::1", routes: [{ dst: "fd01::/64", gw: "fd00::9" }] },
  dns,
};
const withFamily = {
  interfaces,
  ips: ips.map((ip, index) => ({ version: index === 0 ? "4" : "6", ...ip })),
  routes,
  dns,
};

/** The shape that each version's configuration expects. */
const shapes = {
  "0.1.0": byFamily,
  "0.2.0": byFamily,
  "0.3.0": withFamily,
  "0.3.1": withFamily,
  "0.4.0": withFamily,
  "1.0.0": { interfaces, ips, routes, dns },
  "1.1.0": dual,
} as const;

describe.each(supportedVersions)("version %s", (version) => {
  test("the shape written", () => {
    expect(encodeResult(dual, version)).toEqual({ cniVersion: version, ...shapes[version] });
  });

  test("what is written is read back the same", () => {
    const written = encodeResult(dual, version);
    expect(encodeResult(decodeResult(written, version), version)).toEqual(written);
  });

  test.each(supportedVersions)("read, it can be told in %s", (other) => {
    const read = decodeResult(shapes[version], version);
    expect(read.ips.map(({ address, gateway }) => [address, gateway])).toEqual([
      ["10.1.2.2/24", "10.1.2.1"],
      ["fd00::2/64", "fd00::1"],
    ]);
    expect(encodeResult(read, other)).toMatchObject({ cniVersion: other });
  });
});

test.each(["0.1.0", "0.2.0"] as const)("an address-less result has no shape in %s", (version) => {
  const layer2: Result = { interfaces: [{ name: "eth0" }], ips: [], routes: [], dns: {} };
  expect(() => encodeResult(layer2, version)).toThrow("cannot convert: no valid IP addresses");
});

test("what is empty is left out, as Go leaves it out; dns never is", () => {
  const layer2: Result = { interfaces: [], ips: [], routes: [], dns: {} };
  expect(encodeResult(layer2, "1.1.0")).toEqual({ cniVersion: "1.1.0", dns: {} });
});

test.each([
  [{ ips: "x" }, 'prevResult.ips: "x" is not a list'],
  [{ interfaces: [5] }, "prevResult.interfaces[0]: 5 is not an object"],
  [{ routes: [{}] }, "prevResult.routes[0].dst: is missing"],
  [
    { ips: [{ address: "a/1", interface: "0" }] },
    'prevResult.ips[0].interface: "0" is not an integer',
  ],
])("%j names its fault", (value, message) => {
  expect(() => decodeResult(value, "1.0.0", "prevResult")).toThrow(message);
});
