import { expect } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import type { CniNode, Row } from "../contract.ts";
import { type ListOptions, pluginList } from "../lists.ts";
import {
  addOutside,
  connect,
  datagram,
  fragments,
  outside,
  reach,
  serve,
  silence,
  transfer,
} from "../packets.ts";
import { bridge, leases, link, refused, ruleset, v4, v6, veths } from "../words.ts";

/** Rows 69 on: what the reference's own suites do not send packets for. */

const elsewhere = "10.9.0.0/24";

/** A container on a bridge, 10.1.2.0/24 on cni0 or 10.9.0.0/24 on cni1, behind type firewall. */
function guarded(
  node: CniNode,
  id: string,
  name: "cni0" | "cni1",
  policy: JsonObject,
  options: ListOptions = {},
) {
  const subnet = name === "cni0" ? v4 : elsewhere;
  return pluginList(
    node,
    [
      { config: bridge(node, { bridge: name, isDefaultGateway: true }, [subnet]) },
      { config: { type: "firewall", backend: "iptables", ...policy } },
    ],
    { id, ...options },
  );
}

/** TCP everywhere, UDP at these addresses: a link that is just coming up is not among those that a server finds. */
async function serveAll(node: CniNode, id: string, addresses: readonly string[]): Promise<void> {
  await serve(node, id);
  const agent = await node.agent(id);
  for (const address of addresses)
    await agent.serve({ transport: "udp", name: id, port: 80, address });
}

export const packetRows: readonly Row[] = [
  {
    number: 69,
    title:
      "ingressPolicy same-bridge: from its own bridge, the node and outside, not from another bridge",
    needs: ["iptables"],
    async play(node) {
      addOutside(node);
      const policy = { ingressPolicy: "same-bridge" };
      const lists = [
        guarded(node, "c1", "cni0", policy),
        guarded(node, "c2", "cni0", policy),
        guarded(node, "d1", "cni1", policy),
      ];
      for (const list of lists) await list.add();
      for (const id of ["c1", "d1", "outside"]) await serve(node, id);
      expect(await reach(node, "c2", "10.1.2.2", 80)).toBe("c1");
      expect(await reach(node, "outside", "10.1.2.2", 80)).toBe("c1");
      expect(await reach(node, undefined, "10.1.2.2", 80)).toBe("c1");
      expect(await silence(node, "d1", "10.1.2.2")).toBe("timeout");
      expect(await silence(node, "c1", "10.9.0.2")).toBe("timeout");
      expect(await reach(node, "c1", outside[4].machine, 80)).toBe("outside");
      for (const list of lists) await list.del();
      expect(ruleset(node)).not.toMatch(/10\.(1\.2|9\.0)\.[1-9]/);
      // Its address is nobody's secret: the next one that has it is not kept from anybody.
      const next = guarded(node, "c3", "cni0", { ingressPolicy: "open" });
      const other = guarded(node, "d2", "cni1", { ingressPolicy: "open" });
      for (const list of [next, other]) await list.add();
      if (!node.isOurs) return; // Rules of the bridges stay there, as 1.1.1 leaves them.
      await serve(node, "c3");
      const [address = ""] = leases(node);
      expect(await reach(node, "d2", address, 80)).toBe("c3");
    },
  },
  {
    number: 70,
    title: "ingressPolicy isolated: from the node and outside, from no other container",
    needs: ["iptables"],
    referenceDiffers: "has no isolated in 1.1.1",
    async play(node) {
      addOutside(node);
      const closed = guarded(node, "c1", "cni0", { ingressPolicy: "isolated" });
      const open = guarded(node, "c2", "cni0", {});
      // Bridges count that a policy other than open was asked for on, in the reference, too.
      const far = guarded(node, "d1", "cni1", { ingressPolicy: "same-bridge" });
      for (const list of [closed, open, far]) await list.add();
      for (const id of ["c1", "c2"]) await serve(node, id);
      expect(await reach(node, "outside", "10.1.2.2", 80)).toBe("c1");
      expect(await reach(node, undefined, "10.1.2.2", 80)).toBe("c1");
      expect(await silence(node, "c2", "10.1.2.2")).toBe("timeout");
      expect(await silence(node, "d1", "10.1.2.2")).toBe("timeout");
      // It asks others all the same, and gets their answers.
      expect(await reach(node, "c1", "10.1.2.3", 80)).toBe("c2");
      await closed.check();
      await closed.del();
      await expect(closed.check()).rejects.toThrow(/firewall|bridge|missing|10\.1\.2\.2/i);
      expect(ruleset(node)).not.toMatch(/10\.1\.2\.2 /);
    },
  },
  {
    number: 71,
    title:
      "mtu: packets of the full size go whole, in both families; a narrower way outside is learnt",
    async play(node) {
      addOutside(node);
      const config = { ...bridge(node, { isDefaultGateway: true }, [v4, v6]), mtu: 1450 };
      for (const id of ["c1", "c2"]) await node.succeed({ id, config });
      await serveAll(node, "c2", ["10.1.2.3", "2001:db8:1::3"]);
      await serveAll(node, "outside", [outside[4].machine]);
      expect([link(node, "eth0", "c1")?.mtu, link(node, "cni0")?.mtu]).toEqual([1450, 1450]);
      expect(link(node, String(veths(node)[0]))?.mtu).toBe(1450);
      expect(datagram(node, "c1", "10.1.2.3", 1450 - 28)).toBe("answer");
      expect(datagram(node, "c1", "2001:db8:1::3", 1450 - 48)).toBe("answer");
      expect(datagram(node, "c1", outside[4].machine, 1450 - 28)).toBe("answer");
      expect(fragments(node, "c1")).toBe(0);
      expect(datagram(node, "c1", "10.1.2.3", 1450 - 27)).toBe("answer");
      expect(fragments(node, "c1")).toBe(2);
      // The machine sends no more than the way takes, and lets others believe that it took more.
      node.run("ip", "link", "set", "uplink", "mtu", "1300");
      for (const [net, via, mss] of [
        ["10.0.0.0/8", outside[4].node, "1460"],
        ["2001:db8:1::/64", outside[6].node, "1440"],
      ] as const) {
        const way = ["route", "replace", net, "via", via, "mtu", "1300", "advmss", mss] as const;
        node.runIn("outside", "ip", ...way);
      }
      expect(transfer(node, "c1", outside[4].machine, 200_000)).toBe("same");
      expect(transfer(node, "c1", outside[6].machine, 200_000)).toBe("same");
      for (const { machine } of [outside[4], outside[6]])
        expect(node.runIn("c1", "ip", "route", "get", machine)).toMatch(/mtu 1300/);
    },
  },
  {
    number: 72,
    title:
      "checksums: with offload and without it at either end, on the bridge, out of the node and by host port",
    needs: ["ethtool"],
    async play(node) {
      addOutside(node);
      const config = bridge(node, { isDefaultGateway: true, hairpinMode: true, ipMasq: true }, [
        v4,
        v6,
      ]);
      const runtimeConfig = {
        portMappings: [{ hostPort: 80, containerPort: 80, protocol: "tcp" }],
      };
      const portmap = { type: "portmap", capabilities: { portMappings: true }, runtimeConfig };
      await node.succeed({ id: "c1", config });
      await pluginList(node, [{ config }, { config: portmap }], { id: "c2" }).add();
      await serveAll(node, "c2", ["10.1.2.3", "2001:db8:1::3"]);
      await serveAll(node, "outside", [outside[4].machine]);
      const ways = [
        ["c1", "10.1.2.3"],
        ["c1", "2001:db8:1::3"],
        ["c1", outside[4].machine],
        ["c1", outside[4].node],
        ["outside", outside[4].node],
      ] as const;
      const offload = (state: "on" | "off", at: "client" | "both"): void => {
        for (const id of at === "client" ? ["c1"] : ["c1", "c2"])
          for (const kind of ["tx", "rx", "tso", "gso"])
            node.runIn(id, "ethtool", "-K", "eth0", kind, state);
        if (at === "client") return;
        for (const name of [...veths(node), "uplink", "cni0"])
          node.run("ethtool", "-K", name, "tx", state);
      };
      for (const [state, at] of [
        ["on", "both"],
        ["off", "client"],
        ["off", "both"],
      ] as const) {
        offload(state, at);
        for (const [from, address] of ways)
          expect(transfer(node, from, address, 100_000), `${from} ${address} ${state} ${at}`).toBe(
            "same",
          );
        expect(datagram(node, "c1", "10.1.2.3", 1000)).toBe("answer");
        expect(datagram(node, "c1", outside[4].machine, 1000)).toBe("answer");
      }
    },
  },
  {
    number: 73,
    title:
      "host ports: one of another container is refused, and so is one that the node itself listens on",
    referenceDiffers: "refuses none: the last one has it",
    async play(node) {
      addOutside(node);
      const mapped = (hostPort: number, protocol = "tcp", more: JsonObject = {}): JsonObject => ({
        ...bridge(node, { isDefaultGateway: true }),
        type: "fairlead",
        runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol, ...more }] },
      });
      await node.succeed({ config: mapped(8080) });
      await serve(node, "c1");
      const call = (config: JsonObject) => ({ id: "c2", config });
      await refused(node, call(mapped(8080)), 105, /portMappings.*8080.*c1/);
      const own = await node.agent();
      await own.serve({ transport: "tcp", name: "node", port: 9090, address: "192.0.2.1" });
      await own.serve({ transport: "udp", name: "node", port: 5353, address: "127.0.0.1" });
      await refused(node, call(mapped(9090)), 105, /hostPort.*9090.*node/);
      await refused(node, call(mapped(5353, "udp")), 105, /hostPort.*5353.*node/);
      // Nothing of the one that was refused is there, and the node's own server is where it was.
      expect(leases(node)).toEqual(["10.1.2.2"]);
      expect(veths(node)).toHaveLength(1);
      expect(await connect(node, "outside", "192.0.2.1", 9090)).toMatchObject({ server: "node" });
      // Another protocol, another address: no clash.
      await node.succeed(call(mapped(9090, "udp")));
      await node.succeed({ id: "c3", config: mapped(9090, "tcp", { hostIP: "127.0.0.1" }) });
      expect(await reach(node, "outside", "192.0.2.1", 8080)).toBe("c1");
    },
  },
];
