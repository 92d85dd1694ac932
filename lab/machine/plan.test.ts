import { expect, test } from "vitest";
import { defaultFolder, defaultSubnet, planLab } from "./plan.ts";

const options = { folder: defaultFolder, nodeCount: 3, subnet: defaultSubnet };

test("the usual lab", () => {
  expect(planLab(options)).toMatchObject({
    underlay: "172.30.0.0/24",
    loadBalancerPool: "172.30.1.0/24",
    machine: { name: "fairlead-lab", address: "172.30.0.254" },
    gateway: "172.30.0.1",
    apiServer: { url: "https://172.30.0.1:6443" },
    outside: { name: "outside", address: "172.30.0.100" },
    nodes: [
      { name: "node1", address: "172.30.0.2" },
      { name: "node2", address: "172.30.0.3" },
      { name: "node3", address: "172.30.0.4" },
    ],
  });
});

test("one beside it has a link of another name, which fits the kernel", () => {
  const { machine, underlay } = planLab({
    ...options,
    folder: "/tmp/lab",
    subnet: "10.9.254.0/23",
  });
  expect(machine).toEqual({ name: "fl-lab-6051b809", address: "10.9.254.254" });
  expect(machine.name.length).toBeLessThan(16);
  expect(underlay).toBe("10.9.254.0/24");
});

test.each([
  { subnet: "172.30.0.0/24", says: "--subnet 172.30.0.0/24 is no IPv4 network with 23 bits" },
  { subnet: "172.30.1.0/23", says: "--subnet 172.30.1.0/23" },
  { subnet: "172.300.0.0/23", says: "--subnet 172.300.0.0/23" },
  { subnet: "fd00::/23", says: "--subnet fd00::/23" },
  { nodeCount: 0, says: "--nodes 0 is no number from 1 to 20" },
  { nodeCount: 21, says: "--nodes 21" },
  { nodeCount: 1.5, says: "--nodes 1.5" },
  { folder: `/${"x".repeat(94)}`, says: "xxx is longer than 94 bytes" },
])("refused: $says", ({ says, ...wrong }) => {
  expect(() => planLab({ ...options, ...wrong })).toThrow(says);
});
