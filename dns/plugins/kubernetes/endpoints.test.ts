import { describe, expect, it } from "vitest";
import { dashedAddress, endpointItems } from "./endpoints.ts";
import { slice } from "./test-objects.ts";

describe("dashedAddress", () => {
  it.each([
    ["10.0.0.1", "10-0-0-1"],
    ["1234:abcd::1", "1234-abcd--1"],
    ["1234:abcd::", "1234-abcd--0"],
    ["::1", "--1"],
    ["::", "--0"],
  ])("%s is %s", (address, label) => {
    expect(dashedAddress(address)).toBe(label);
  });
});

const label = "l".repeat(63);

describe("the name of an endpoint", () => {
  it.each([
    { endpoint: "10.1.0.1", dashed: "10-1-0-1", byPod: "10-1-0-1" },
    { endpoint: "10.1.0.1=host", dashed: "host", byPod: "host" },
    { endpoint: "10.1.0.1=", dashed: "10-1-0-1", byPod: "10-1-0-1" },
    { endpoint: "10.1.0.1@pod-1", dashed: "10-1-0-1", byPod: "pod-1" },
    { endpoint: "10.1.0.1=host@pod-1", dashed: "host", byPod: "host" },
    { endpoint: "10.1.0.1=@pod-1", dashed: "10-1-0-1", byPod: "pod-1" },
    { endpoint: `10.1.0.1@${label}`, dashed: "10-1-0-1", byPod: label },
    { endpoint: `10.1.0.1@${label}l`, dashed: "10-1-0-1", byPod: "10-1-0-1" },
    { endpoint: "10.1.0.1@pod.with.dots", dashed: "10-1-0-1", byPod: "10-1-0-1" },
    { endpoint: `10.1.0.1=${label}l`, dashed: "10-1-0-1", byPod: "10-1-0-1" },
    { endpoint: `10.1.0.1=${label}l@pod-1`, dashed: "10-1-0-1", byPod: "pod-1" },
    { endpoint: "fd00::@", dashed: "fd00--0", byPod: "fd00--0" },
  ])("$endpoint: $dashed, with endpoint_pod_names $byPod", ({ endpoint, dashed, byPod }) => {
    const slices = [slice(`a.testns of svc IPv4 | ${endpoint}`)];
    const names = (usePodNames: boolean): string[] =>
      endpointItems(slices, usePodNames).map(({ hostname }) => hostname);
    expect(names(false)).toEqual([dashed]);
    expect(names(true)).toEqual([byPod]);
  });
});

describe("endpointItems", () => {
  it("lists ready addresses by slice, each on each port of its own slice", () => {
    const items = endpointItems(
      [
        slice("a.testns of svc IPv4 http/TCP/80 dns/UDP/53 | 10.1.0.1,10.1.0.2 10.1.0.3!"),
        slice("b.testns of svc IPv6 http/TCP/8080 | fd00::1"),
        slice("c.testns of svc FQDN http/TCP/80 | a.test"),
        slice("d.testns of svc IPv4 | 10.1.0.4"),
      ],
      false,
    );
    const lines = items.map(({ address, port }) => `${address} ${port?.name} ${port?.port}`);
    expect(lines).toEqual([
      "10.1.0.1 http 80",
      "10.1.0.1 dns 53",
      "10.1.0.2 http 80",
      "10.1.0.2 dns 53",
      "fd00::1 http 8080",
      "10.1.0.4 undefined undefined",
    ]);
  });
});
