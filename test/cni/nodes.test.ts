import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RouteOptions } from "#cni/agent/routes/contract.ts";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import type { Topology } from "#test/topology/contract.ts";
import { type RunningRoutes, type ThreeNodes, threeNodes } from "./nodes.ts";
import { datagramClient, transferClient } from "./packets.ts";

const port = 8080;

/** Whom the server saw, or why there was no answer. */
async function ask(topology: Topology, from: string, address: string, timeoutMs = 10_000) {
  const client = await topology.place(from).agent();
  const [outcome] = await client.attempt({ transport: "tcp", address, port, timeoutMs });
  return outcome?.kind === "answer" ? outcome.source : outcome?.reason;
}

/** 100,000 octets there and back: "same", or how far it got. */
const transfer = (topology: Topology, from: string, address: string): Promise<string> =>
  topology.place(from).run(process.execPath, ["-e", transferClient(port), address, "100000"]);

const ip = (topology: Topology, place: string, ...words: readonly string[]): Promise<string> =>
  topology.place(place).run("ip", words);

/** Looks again until it is so, for 20 s. */
async function becomes(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let look = 0; look < 400; look++) {
    if (await isSo()) return true;
    await sleep(50);
  }
  return false;
}

const backends: readonly (Partial<RouteOptions> & { readonly mtu: number })[] = [
  { backend: "vxlan", mtu: 1450 },
  { backend: "vxlan", directRouting: true, mtu: 1500 },
  { backend: "host-gw", mtu: 1500 },
];

describeWhere(["topology", "nftables"], "three nodes", () => {
  describe.each(backends)("$backend, direct routing $directRouting", ({ mtu, ...options }) => {
    let nodes: ThreeNodes;
    let topology: Topology;
    let running: Record<string, RunningRoutes>;
    const isTunnelled = options.backend === "vxlan" && options.directRouting !== true;

    beforeAll(async () => {
      nodes = await threeNodes(options);
      topology = nodes.topology;
      running = Object.fromEntries(["n1", "n2", "n3"].map((name) => [name, nodes.start(name)]));
      for (const name of ["b1", "a2", "a3", "x"])
        await (await topology.place(name).agent()).serve({ transport: "tcp", name, port });
    });
    afterAll(async () => nodes?.close());

    test("nothing is touched before the Nodes are known", async () => {
      expect(await running.n1?.reconcile()).toBe(false);
      expect(await ip(topology, "n1", "route", "show", "proto", "86")).toBe("");
      nodes.state.replace("Node", nodes.objects);
      for (const each of Object.values(running)) expect(await each.reconcile()).toBe(true);
    });

    test("pod to pod, on one node and across nodes, both families: the server sees the pod", async () => {
      expect(await ask(topology, "a1", "10.244.1.11")).toBe("10.244.1.10");
      expect(await ask(topology, "a1", "10.244.2.10")).toBe("10.244.1.10");
      expect(await ask(topology, "a1", "10.244.3.10")).toBe("10.244.1.10");
      expect(await ask(topology, "a1", "fd00:244:2::10")).toBe("fd00:244:1::10");
      expect(await ask(topology, "b3", "10.244.2.10")).toBe("10.244.3.11");
    });

    test("the node itself reaches pods of others", async () => {
      const source = isTunnelled ? "10.244.1.0" : "192.168.50.1";
      expect(await ask(topology, "n1", "10.244.2.10")).toBe(source);
    });

    test("what leaves the cluster bears the node's address", async () => {
      expect(await ip(topology, "n1", "route", "add", "default", "via", "192.168.50.100")).toBe("");
      expect(await ask(topology, "a1", "192.168.50.100")).toBe("192.168.50.1");
      expect(await ask(topology, "n1", "192.168.50.100")).toBe("192.168.50.1");
    });

    test("packets of the full size of the way arrive unfragmented", async () => {
      const place = topology.place("a1");
      const send = async (size: number): Promise<string> =>
        place.run(process.execPath, ["-e", datagramClient(port), "10.244.2.10", `${size - 28}`]);
      const server = await topology.place("a2").agent();
      await server.serve({ transport: "udp", name: "a2", port });
      // The pods' own links have 1500 bytes; the way may have less, which the node then tells.
      await ip(
        topology,
        "a1",
        "route",
        "replace",
        "default",
        "via",
        "10.244.1.1",
        "mtu",
        "lock",
        `${mtu}`,
      );
      expect(await send(mtu)).toBe("answer");
      await ip(topology, "a1", "route", "replace", "default", "via", "10.244.1.1");
      const [link] = JSON.parse(await ip(topology, "n1", "-j", "route", "get", "10.244.2.10"));
      const [device] = JSON.parse(await ip(topology, "n1", "-j", "link", "show", link.dev));
      expect(device.mtu).toBe(mtu);
    });

    test("a connection of pods whose links take more than the way does goes on with less", async () => {
      for (const address of ["10.244.2.10", "fd00:244:2::10"])
        expect(await transfer(topology, "a1", address), address).toBe("same");
      const got = await ip(topology, "a1", "route", "get", "10.244.2.10");
      if (isTunnelled) expect(got).toMatch(/mtu 1450/);
    });

    test("checksums are right with offload and without it: in pods, on links between nodes, on the tunnel", async (context) => {
      const reason = lacking("ethtool");
      if (reason !== undefined) context.skip(reason);
      const offload = async (place: string, device: string, state: string): Promise<void> => {
        // A bridge and a tunnel have no checksums to take off what comes in.
        for (const kind of device === "eth0" ? ["tx", "rx", "tso", "gso", "gro"] : ["tx", "tso"])
          await topology.place(place).run("ethtool", ["-K", device, kind, state]);
      };
      const devices = [
        ["a1", "eth0"],
        ["a2", "eth0"],
        ["n1", "eth0"],
        ["n2", "eth0"],
        ["n1", "pods0"],
        ["n2", "pods0"],
        ...(isTunnelled
          ? (["n1", "n2"] as const).map((name) => [name, "fairlead.1"] as const)
          : []),
      ] as const;
      const ways = ["10.244.2.10", "fd00:244:2::10", "10.244.1.11"];
      // One after another goes off, the sender's first, and all come on again.
      for (const [place, device] of devices) {
        await offload(place, device, "off");
        for (const address of ways)
          expect(await transfer(topology, "a1", address), `${place} ${device} off`).toBe("same");
      }
      // What the node itself sends to the other's pod, and what is masqueraded.
      expect(await transfer(topology, "n1", "10.244.2.10")).toBe("same");
      expect(await transfer(topology, "a1", "192.168.50.100")).toBe("same");
      for (const [place, device] of devices) await offload(place, device, "on");
      expect(await transfer(topology, "a1", "10.244.2.10")).toBe("same");
    });

    test("a restart changes nothing that is right", async () => {
      await running.n1?.stop();
      expect(await ask(topology, "a1", "10.244.2.10")).toBe("10.244.1.10");
      const again = nodes.start("n1");
      running.n1 = again;
      expect(await again.reconcile()).toBe(true);
      expect(again.last()?.steps).toBe(0);
    });

    test("a node that was removed while the agent was down, and comes back", async () => {
      await running.n1?.stop();
      nodes.state.apply("Node", [{ type: "delete", namespace: "", name: "n3" }]);
      const again = nodes.start("n1");
      running.n1 = again;
      await again.reconcile();
      expect(await ip(topology, "n1", "route", "show", "proto", "86")).not.toContain("10.244.3.");
      expect(await ip(topology, "n1", "neigh", "show", "nud", "permanent")).not.toContain(
        "10.244.3.",
      );
      expect(await ask(topology, "a1", "10.244.3.10", 300)).not.toBe("10.244.1.10");
      const third = nodes.objects[2];
      if (third !== undefined) nodes.state.apply("Node", [{ type: "upsert", object: third }]);
      expect(
        await becomes(
          async () => (await ask(topology, "a1", "10.244.3.10", 300)) === "10.244.1.10",
        ),
      ).toBe(true);
    });

    test("another address of a node touches that node's entries alone", async () => {
      await ip(topology, "n3", "addr", "add", "192.168.50.33/24", "dev", "eth0");
      const [, , third] = nodes.objects;
      if (third === undefined) throw new Error("there are three nodes");
      const [, six] = third.addresses;
      const addresses = [{ type: "InternalIP", address: "192.168.50.33" }, ...(six ? [six] : [])];
      nodes.state.apply("Node", [{ type: "upsert", object: { ...third, addresses } }]);
      await running.n1?.reconcile();
      expect(running.n1?.last()?.failures).toEqual([]);
      await running.n2?.reconcile();
      await running.n3?.reconcile();
      expect(await ask(topology, "a1", "10.244.3.10")).toBe("10.244.1.10");
      expect(await ask(topology, "a3", "10.244.2.10")).toBe("10.244.3.10");
    });

    test("routes that somebody deletes come back, and so does the tunnel with all that was in it", async () => {
      await ip(topology, "n1", "route", "del", "10.244.2.0/24");
      if (isTunnelled) await ip(topology, "n1", "link", "del", "fairlead.1");
      expect(
        await becomes(
          async () => (await ask(topology, "a1", "10.244.2.10", 300)) === "10.244.1.10",
        ),
      ).toBe(true);
      expect(
        await becomes(
          async () => (await ask(topology, "a1", "fd00:244:3::10", 300)) === "fd00:244:1::10",
        ),
      ).toBe(true);
    });

    test("a list that is empty for want of an answer removes nothing", async () => {
      const before = await ip(topology, "n1", "route", "show", "proto", "86");
      nodes.state.replace("Node", []);
      expect(await running.n1?.reconcile()).toBe(false);
      expect(await ip(topology, "n1", "route", "show", "proto", "86")).toBe(before);
    });
  });
});
