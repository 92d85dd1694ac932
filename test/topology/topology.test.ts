/** The builder itself: what is joined reaches what it should, from the source that it should, and all of it goes away. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { buildTopology } from "./build.ts";
import type { Topology, TopologySpec } from "./contract.ts";
import { planTopology } from "./plan.ts";

const spec: TopologySpec = {
  underlay: ["192.168.50.0/24", "fd00:50::/64"],
  nodes: [
    {
      name: "n1",
      addresses: ["192.168.50.2", "fd00:50::2", "192.168.50.12"],
      podCidrs: ["10.244.0.0/24", "fd00:244:0::/64"],
      pods: [
        { name: "a", addresses: ["10.244.0.11", "fd00:244:0::11"] },
        { name: "b", addresses: ["10.244.0.12", "fd00:244:0::12"] },
      ],
      gateways: ["192.168.50.100", "fd00:50::100"],
    },
    {
      name: "n2",
      addresses: ["192.168.50.3", "fd00:50::3"],
      podCidrs: ["10.244.1.0/24", "fd00:244:1::/64"],
      pods: [{ name: "r", addresses: ["10.244.1.11", "fd00:244:1::11"] }],
    },
  ],
  hosts: [
    {
      name: "x",
      addresses: ["192.168.50.100", "fd00:50::100"],
      routes: [
        { to: "10.244.0.0/24", via: "192.168.50.2" },
        { to: "fd00:244:0::/64", via: "fd00:50::2" },
      ],
      owns: ["203.0.113.0/24"],
    },
  ],
};

interface Reach {
  readonly from: string;
  readonly to: string;
  readonly server: string;
  readonly source: string;
  readonly why: string;
  /** Default: over both transports. */
  readonly only?: "tcp";
}

/** The network namespaces that processes of this one are in, one for each process. */
function networksOfChildren(): string[] {
  const processes = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return processes.flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const isChild = status.includes(`\nPPid:\t${process.pid}\n`);
      return isChild ? [readlinkSync(`/proc/${pid}/ns/net`)] : [];
    } catch {
      return []; // It has just ended.
    }
  });
}

describe("the plan", () => {
  test("refuses two places of one name", () => {
    const { nodes } = spec;
    expect(() => planTopology({ ...spec, hosts: [{ name: "a", addresses: [] }], nodes })).toThrow(
      "two places of the topology are called a",
    );
  });

  test("refuses an address that is not on the underlay", () => {
    const hosts = [{ name: "x", addresses: ["198.51.100.1"] }];
    expect(() => planTopology({ ...spec, hosts })).toThrow(
      "198.51.100.1 lies in none of 192.168.50.0/24, fd00:50::/64",
    );
  });
});

describeWhere(["topology"], "a topology of two nodes", () => {
  let topology: Topology;

  beforeAll(async () => {
    topology = await buildTopology(spec);
    for (const name of ["a", "r", "x", "n1"]) {
      const agent = await topology.place(name).agent();
      await agent.serve({ transport: "tcp", name, port: 8080 });
      await agent.serve({ transport: "udp", name, port: 8080 });
    }
  });
  afterAll(() => topology?.close());

  const reaches: readonly Reach[] = [
    { from: "b", to: "10.244.0.11", server: "a", source: "10.244.0.12", why: "over the bridge" },
    { from: "b", to: "10.244.1.11", server: "r", source: "10.244.0.12", why: "on the other node" },
    {
      from: "b",
      to: "fd00:244:1::11",
      server: "r",
      source: "fd00:244::12",
      why: "on the other node",
    },
    {
      from: "b",
      to: "fd00:244:0::11",
      server: "a",
      source: "fd00:244::12",
      why: "over the bridge",
    },
    {
      from: "r",
      to: "192.168.50.12",
      server: "n1",
      source: "10.244.1.11",
      why: "a second address",
    },
    { from: "n1", to: "10.244.1.11", server: "r", source: "192.168.50.2", why: "the node itself" },
    { from: "x", to: "10.244.0.11", server: "a", source: "192.168.50.100", why: "from outside" },
    // An answer over UDP comes from an address that the server's machine has, which this one is not.
    {
      from: "a",
      to: "203.0.113.9",
      server: "x",
      source: "10.244.0.11",
      why: "what a host owns",
      only: "tcp",
    },
  ];
  test.each(reaches)("$from reaches $to: $why", async ({ from, to, server, source, only }) => {
    const agent = await topology.place(from).agent();
    for (const transport of only === undefined ? (["tcp", "udp"] as const) : [only]) {
      const asked = { transport, address: to, port: 8080, timeoutMs: 5000 };
      const [outcome] = await agent.attempt(asked);
      expect(outcome).toMatchObject({ kind: "answer", server, serverPort: 8080, source });
    }
  });

  test.each(["tcp", "udp"] as const)("a closed %s port refuses", async (transport) => {
    const agent = await topology.place("b").agent();
    const asked = { transport, address: "10.244.1.11", port: 9, timeoutMs: 5000 };
    expect(await agent.attempt(asked)).toEqual([{ kind: "failure", reason: "refused" }]);
  });

  test("silence is a timeout", async () => {
    const agent = await topology.place("b").agent();
    await topology.place("n1").run("ip", ["route", "add", "blackhole", "198.51.100.0/24"]);
    for (const transport of ["tcp", "udp"] as const) {
      const asked = {
        transport,
        address: "198.51.100.7",
        port: 9,
        timeoutMs: 300,
        times: 3,
        parallel: 3,
      };
      const outcomes = await agent.attempt(asked);
      expect(outcomes).toEqual(Array(3).fill({ kind: "failure", reason: "timeout" }));
    }
  });

  test("a held connection is proved, and found dead when the server has ended it", async () => {
    const agent = await topology.place("b").agent();
    const asked = {
      transport: "tcp",
      address: "10.244.1.11",
      port: 8080,
      timeoutMs: 5000,
    } as const;
    const held = await agent.hold({ ...asked, sourcePort: 40_001 });
    expect(held).toMatchObject({ server: "r", sourcePort: 40_001, localPort: 40_001 });
    const id = held.kind === "answer" ? held.id : 0;
    expect(await agent.prove({ id, timeoutMs: 5000 })).toMatchObject({ server: "r" });
    expect(await (await topology.place("r").agent()).dropAccepted()).toEqual({ count: 1 });
    expect(await agent.prove({ id, timeoutMs: 5000 })).toMatchObject({ kind: "failure" });
    await agent.release({ id });
  });

  test("a flow reports its answers and its gaps", async () => {
    const agent = await topology.place("b").agent();
    const asked = { transport: "udp", address: "10.244.1.11", port: 8080, timeoutMs: 50 } as const;
    const { id } = await agent.startFlow({ ...asked, reuse: true, everyMs: 5 });
    const answered = async (): Promise<number> => (await agent.flow({ id })).answered;
    await expect.poll(answered, { timeout: 10_000 }).toBeGreaterThan(0);
    const node = topology.place("n1");
    await node.run("ip", ["route", "add", "blackhole", "10.244.1.11"]);
    const before = await answered();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await node.run("ip", ["route", "del", "blackhole", "10.244.1.11"]);
    await expect.poll(answered, { timeout: 10_000 }).toBeGreaterThan(before);
    const report = await agent.endFlow({ id });
    expect(report.servers).toEqual([{ server: "r", answers: report.answered }]);
    expect(report.failures).toEqual({ timeout: report.asked - report.answered });
    expect(report.longestGapMs).toBeGreaterThan(250);
  });

  test("a process in a place has its network and ends with it", async () => {
    const started = topology.place("a").start("sh", ["-c", "ip -o address; exec sleep 100"]);
    await expect.poll(() => started.output()).toContain("10.244.0.11/24");
    expect(started.isRunning()).toBe(true);
    await started.stop();
    expect(await started.ended).toBe("SIGTERM");
  });
});

describeWhere(["topology"], "the end of a topology", () => {
  test("leaves no process and no namespace", async () => {
    const topology = await buildTopology(spec);
    const { pid } = topology.place("a");
    const network = readlinkSync(`/proc/${pid}/ns/net`);
    const started = topology.place("a").start("sleep", ["100"]);
    await topology.place("a").agent();
    expect(networksOfChildren()).toContain(network);
    await topology.close();
    expect(started.isRunning()).toBe(false);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(networksOfChildren()).not.toContain(network);
  });

  test("comes also when it cannot be built", async () => {
    const podCidrs = ["10.244.0.0/24"];
    const pods = [{ name: "a", addresses: ["10.244.0.11"] }];
    // The gateway is in no prefix of the node, so the kernel refuses the route.
    const node = {
      name: "n1",
      addresses: ["192.168.50.2"],
      podCidrs,
      pods,
      gateways: ["198.51.100.1"],
    };
    await expect(buildTopology({ ...spec, nodes: [node], hosts: [] })).rejects.toThrow(
      /invalid gateway/,
    );
    expect(networksOfChildren()).toEqual([]);
  });
});
