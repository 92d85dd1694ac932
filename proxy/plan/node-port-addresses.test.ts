import { describe, expect, it } from "vitest";
import { plainNode } from "#cluster/testing/slim.ts";
import { nodeFacts } from "./node-facts.ts";
import { parseNodePortAddresses, selectNodePortAddresses } from "./node-port-addresses.ts";

const addresses = ["127.0.0.1", "::1", "192.0.2.1", "198.51.100.1", "2001:db8::1", "fe80::1"];
const primary = { 4: "192.0.2.1", 6: "2001:db8::1" };

describe("NodePorts answer at", () => {
  it.each<[readonly string[], readonly string[]]>([
    [[], ["192.0.2.1", "2001:db8::1"]],
    [["primary"], ["192.0.2.1", "2001:db8::1"]],
    [["198.51.100.0/24"], ["198.51.100.1"]],
    [
      ["primary", "198.51.100.0/24"],
      ["192.0.2.1", "198.51.100.1", "2001:db8::1"],
    ],
    [["0.0.0.0/0"], ["192.0.2.1", "198.51.100.1"]],
    [["::/0"], ["2001:db8::1", "fe80::1"]],
    [["all"], ["192.0.2.1", "198.51.100.1", "2001:db8::1", "fe80::1"]],
    [["127.0.0.0/8"], []],
    [["10.0.0.0/8"], []],
  ])("%j: %j", (values, expected) => {
    const selection = parseNodePortAddresses(values, "nodePortAddresses");
    const selected = selectNodePortAddresses(selection, addresses, primary);
    expect([...selected[4], ...selected[6]]).toEqual(expected);
  });

  it.each([
    [
      ["localhost"],
      "nodePortAddresses: NodePorts on loopback addresses need a proxy in user space",
    ],
    [["10.0.0.0/33"], 'nodePortAddresses: "10.0.0.0/33" is no CIDR, and neither primary nor all'],
    [["10.0.0.1"], 'nodePortAddresses: "10.0.0.1" is no CIDR'],
  ])("nothing for %j", (values, message) => {
    expect(() => parseNodePortAddresses(values, "nodePortAddresses")).toThrow(
      expect.objectContaining({ code: "FL-P001", message: expect.stringContaining(message) }),
    );
  });
});

describe("the node", () => {
  const factsOf = (fields: object) =>
    nodeFacts({
      name: "n1",
      node: { ...plainNode, ...fields },
      interfaceAddresses: ["192.0.2.1", "10.1.0.1"],
      selection: parseNodePortAddresses([], "nodePortAddresses"),
    });

  it.each([
    [
      "an InternalIP of each family",
      [
        ["InternalIP", "192.0.2.1"],
        ["InternalIP", "2001:db8::1"],
      ],
      primary,
    ],
    [
      "the first of several",
      [
        ["InternalIP", "192.0.2.1"],
        ["InternalIP", "192.0.2.2"],
      ],
      { 4: "192.0.2.1" },
    ],
    [
      "internal before external",
      [
        ["ExternalIP", "203.0.113.1"],
        ["InternalIP", "192.0.2.1"],
      ],
      { 4: "192.0.2.1" },
    ],
    ["external for want of internal", [["ExternalIP", "203.0.113.1"]], { 4: "203.0.113.1" }],
    ["no host name", [["Hostname", "n1"]], {}],
  ])("has %s as its primary addresses", (_case, listed, expected) => {
    const nodeAddresses = listed.map(([type, address]) => ({ type, address }));
    expect(factsOf({ addresses: nodeAddresses }).primary).toEqual(expected);
  });

  it("is in the zone of its label", () => {
    expect(factsOf({ labels: { "topology.kubernetes.io/zone": "a" } }).zone).toBe("a");
    expect(factsOf({ labels: { "topology.kubernetes.io/zone": "" } }).zone).toBeUndefined();
  });

  it("has nothing but its interfaces before the API server knows it", () => {
    const selection = parseNodePortAddresses(["10.0.0.0/8"], "nodePortAddresses");
    const interfaceAddresses = ["10.1.0.1"];
    expect(nodeFacts({ name: "n1", node: undefined, interfaceAddresses, selection })).toEqual({
      name: "n1",
      zone: undefined,
      primary: {},
      nodePortAddresses: { 4: ["10.1.0.1"], 6: [] },
      addresses: ["10.1.0.1"],
    });
  });
});
