import { join } from "node:path";
import { expect } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import type { CniNode, Row } from "../contract.ts";
import { pluginList } from "../lists.ts";
import { addOutside, reach, serve } from "../packets.ts";
import {
  addresses,
  bridge,
  leases,
  leasing,
  link,
  links,
  refused,
  routes,
  ruleset,
  v4,
  v6,
  veths,
} from "../words.ts";

const mapping = (hostPort: number, protocol = "tcp", more: JsonObject = {}) => {
  return { runtimeConfig: { portMappings: [{ hostPort, containerPort: 80, protocol, ...more }] } };
};

/** type portmap behind type bridge, as a runtime chains them. */
async function mapped(node: CniNode, id: string, portmap: JsonObject, hairpinMode = true) {
  const first = {
    cniVersion: "1.0.0",
    name: "net",
    ...bridge(node, { isDefaultGateway: true, hairpinMode }),
  };
  const prevResult = await node.succeed({ id, config: first });
  const second = {
    cniVersion: "1.0.0",
    name: "net",
    type: "portmap",
    capabilities: { portMappings: true },
    prevResult,
    ...portmap,
  };
  const result = await node.succeed({ id, config: second });
  return {
    prevResult,
    result,
    async remove() {
      await node.succeed({ command: "DEL", id, config: second });
      await node.succeed({ command: "DEL", id, config: first });
    },
  };
}

/** Rows 59 to 67: routes, ptp, and types that stand behind another. */
export const chainedRows: readonly Row[] = [
  {
    number: 59,
    title: "routes of 1.1.0: mtu, advmss, priority, table, scope",
    referenceDiffers: "knows no such keys in 1.1.1",
    async play(node) {
      const config = bridge(node);
      const ipam = {
        ...config.ipam,
        routes: [
          { dst: "192.0.2.0/24", mtu: 1400, advmss: 1360, priority: 50, table: 100 },
          { dst: "198.51.100.0/24", scope: 253 },
        ],
      };
      await node.succeed({ config: { ...config, ipam } });
      const found = routes(node, "c1");
      expect(found).toMatch(
        /192\.0\.2\.0\/24 via 10\.1\.2\.1 dev eth0 table 100 .*metric 50 mtu 1400 advmss 1360/,
      );
      expect(found).toMatch(/198\.51\.100\.0\/24 dev eth0 scope link/);
    },
  },
  {
    number: 60,
    title: "ptp of two families: the gateway alone is on the link",
    async play(node) {
      const config = { cniVersion: "1.0.0", name: "net", type: "ptp", ...leasing(node, [v4, v6]) };
      const result = await node.succeed({ config });
      expect(result.ips).toHaveLength(2);
      const [four, six] = [routes(node, "c1", "-4"), routes(node, "c1", "-6")];
      expect(four).toMatch(/10\.1\.2\.1 dev eth0 .*scope link/);
      expect(four).toMatch(/10\.1\.2\.0\/24 via 10\.1\.2\.1 dev eth0/);
      expect(four).not.toMatch(/10\.1\.2\.0\/24 dev eth0/);
      expect(six).toMatch(/2001:db8:1::\/64 via 2001:db8:1::1 dev eth0/);
      expect(node.run("ip", "route")).toMatch(/10\.1\.2\.2 dev veth/);
      await serve(node, "c1");
      expect(await reach(node, undefined, "10.1.2.2", 80)).toBe("c1");
      await node.succeed({ command: "DEL", config });
      expect(veths(node)).toEqual([]);
      expect(node.run("ip", "route")).not.toMatch(/10\.1\.2\.2/);
    },
  },
  {
    number: 61,
    title:
      "a host port: from the node, 127.0.0.1, another machine, the container itself; none after DEL",
    async play(node) {
      addOutside(node);
      const { remove } = await mapped(node, "c1", mapping(8080));
      await serve(node, "c1");
      const all: readonly (readonly [string | undefined, string])[] = [
        [undefined, "192.0.2.1"],
        [undefined, "127.0.0.1"],
        ["outside", "192.0.2.1"],
        ["c1", "192.0.2.1"],
      ];
      for (const [from, address] of all)
        expect(await reach(node, from, address, 8080), `${from ?? "node"} ${address}`).toBe("c1");
      await remove();
      expect(await reach(node, "outside", "192.0.2.1", 8080)).toBe("refused");
      expect(await reach(node, undefined, "127.0.0.1", 8080)).toBe("refused");
    },
  },
  {
    number: 62,
    title: "UDP: the container behind a host port is replaced while a client keeps sending",
    async play(node) {
      addOutside(node);
      const first = await mapped(node, "c1", mapping(5353, "udp"));
      await (await node.agent("c1")).serve({ transport: "udp", name: "c1", port: 80 });
      const client = await node.agent("outside");
      const asked = {
        transport: "udp",
        address: "192.0.2.1",
        port: 5353,
        timeoutMs: 300,
        reuse: true,
        everyMs: 50,
      } as const;
      const { id } = await client.startFlow(asked);
      await expect.poll(async () => (await client.flow({ id })).answered).toBeGreaterThan(0);
      await first.remove();
      await mapped(node, "c2", mapping(5353, "udp"));
      await (await node.agent("c2")).serve({ transport: "udp", name: "c2", port: 80 });
      // The flow goes on until its questions find the new one.
      await expect.poll(async () => (await client.flow({ id })).servers.at(-1)?.server).toBe("c2");
      await client.endFlow({ id });
    },
  },
  {
    number: 63,
    title: "ports that are none, conditions in iptables' words",
    async play(node) {
      const config = { cniVersion: "1.0.0", name: "net", ...bridge(node) };
      const prevResult = await node.succeed({ config });
      const portmap = { cniVersion: "1.0.0", name: "net", type: "portmap", prevResult };
      for (const port of [0, -1])
        await refused(node, { config: { ...portmap, ...mapping(port) } }, undefined, /port/i);
      const more = { backend: "iptables", conditionsV4: ["-s", "1.2.3.4"] };
      const own = { conditionsV4: ["ip", "saddr", "192.0.2.1"] };
      if (node.isOurs)
        await refused(
          node,
          { config: { ...portmap, ...mapping(8080), ...own } },
          2,
          /conditionsV4.*not supported/,
        );
      if (node.isOurs)
        await refused(
          node,
          { config: { ...portmap, ...mapping(8080), ...more } },
          undefined,
          /conditionsV4/,
        );
    },
  },
  {
    number: 64,
    title: "a prevResult whose addresses name no interface",
    async play(node) {
      const first = {
        cniVersion: "1.0.0",
        name: "net",
        ...bridge(node, { isDefaultGateway: true }),
      };
      const result = await node.succeed({ config: first });
      const prevResult = { ...result, ips: [{ address: "10.1.2.2/24", gateway: "10.1.2.1" }] };
      await node.succeed({
        config: { cniVersion: "1.0.0", name: "net", type: "portmap", prevResult, ...mapping(8080) },
      });
      await serve(node, "c1");
      expect(await reach(node, undefined, "127.0.0.1", 8080)).toBe("c1");
    },
  },
  {
    number: 65,
    title:
      "bandwidth: rate without burst, a burst beyond 4 GiB, the configuration before the runtime",
    async play(node) {
      const first = { cniVersion: "1.0.0", name: "net", ...bridge(node) };
      const prevResult = await node.succeed({ config: first });
      const config = { cniVersion: "1.0.0", name: "net", type: "bandwidth", prevResult };
      await refused(node, { config: { ...config, ingressRate: 8000 } }, undefined, /burst/i);
      const huge = { ingressRate: 8000, ingressBurst: 8 * 2 ** 32 };
      await refused(node, { config: { ...config, ...huge } }, undefined, /burst|4 ?G/i);
      const both = {
        ingressRate: 8_000_000,
        ingressBurst: 80_000,
        egressRate: 16_000_000,
        egressBurst: 80_000,
        runtimeConfig: { bandwidth: { ingressRate: 1000, ingressBurst: 1000 } },
      };
      await node.succeed({ config: { ...config, ...both } });
      const queues = node.run("tc", "qdisc", "show");
      expect(queues).toMatch(/tbf .*dev veth\S* root .*rate 8Mbit/);
      expect(queues).toMatch(/tbf .*dev bwp\S* root .*rate 16Mbit/);
      await node.succeed({ command: "DEL", config: { ...config, ...both } });
      expect(links(node).some(({ ifname }) => ifname.startsWith("bwp"))).toBe(false);
    },
  },
  {
    number: 66,
    title: "firewall, tuning and portmap hand prevResult on",
    needs: ["iptables"],
    async play(node) {
      const first = { cniVersion: "1.0.0", name: "net", ...bridge(node) };
      const prevResult = await node.succeed({ config: first });
      for (const type of ["firewall", "tuning", "portmap"]) {
        const backend = type === "firewall" ? { backend: "iptables" } : {};
        const config = { cniVersion: "1.0.0", name: "net", type, prevResult, ...backend };
        const result = await node.succeed({ config });
        expect(result).toEqual(prevResult);
        await node.succeed({ command: "CHECK", config });
        await node.succeed({ command: "DEL", config });
      }
    },
  },
  {
    number: 67,
    title: "tuning: mac, mtu, promisc, txQLen, and back as they were",
    referenceDiffers: "has no txQLen in 1.1.1",
    async play(node) {
      const first = { cniVersion: "1.0.0", name: "net", ...bridge(node) };
      const prevResult = await node.succeed({ config: first });
      const before = link(node, "eth0", "c1");
      const tuning = { mac: "02:00:00:00:00:77", mtu: 1280, promisc: true, txQLen: 77 };
      const dataDir = join(node.dataDir, "tuning");
      const config = {
        cniVersion: "1.0.0",
        name: "net",
        type: "tuning",
        dataDir,
        prevResult,
        ...tuning,
      };
      await node.succeed({ config });
      const tuned = link(node, "eth0", "c1");
      expect(tuned).toMatchObject({ address: "02:00:00:00:00:77", mtu: 1280, txqlen: 77 });
      expect(tuned?.flags).toContain("PROMISC");
      await node.succeed({ command: "DEL", config });
      const after = link(node, "eth0", "c1");
      expect(after).toMatchObject({
        address: before?.address,
        mtu: before?.mtu,
        txqlen: before?.txqlen,
      });
      expect(after?.flags).not.toContain("PROMISC");
      expect(addresses(node, "eth0", "c1")).toEqual([`10.1.2.2/${v4.split("/")[1]}`]);
    },
  },
  {
    number: 68,
    title: "a list of three: order of ADD and DEL, a failure in the second",
    async play(node) {
      const calls: string[] = [];
      const onCall = (command: string, type: string): void => void calls.push(`${command} ${type}`);
      const first = { config: bridge(node, { isDefaultGateway: true, hairpinMode: true }) };
      const second = { config: { type: "tuning", mtu: 1400 } };
      const third = { config: { type: "portmap", ...mapping(8080) } };
      const whole = pluginList(node, [first, second, third], { onCall });
      // What the last gives is of all of them.
      expect(await whole.add()).toMatchObject({ ips: [{ address: "10.1.2.2/24" }] });
      expect(link(node, "eth0", "c1")?.mtu).toBe(1400);
      await serve(node, "c1");
      expect(await reach(node, undefined, "127.0.0.1", 8080)).toBe("c1");
      // The reference's portmap asks for rules of both families in 1.1.1, whichever the container has.
      if (node.isOurs) await whole.check();
      await whole.del();
      const types = ["bridge", "tuning", "portmap"];
      expect(calls).toEqual([
        ...types.map((type) => `ADD ${type}`),
        ...(node.isOurs ? types : []).map((type) => `CHECK ${type}`),
        ...types.toReversed().map((type) => `DEL ${type}`),
      ]);

      calls.length = 0;
      const bad = { config: { type: "bandwidth", ingressRate: 5 } };
      const broken = pluginList(node, [first, bad, third], { id: "c2", onCall });
      await expect(broken.add()).rejects.toThrow(/type="bandwidth" failed \(add\).*burst/is);
      expect(calls).toEqual(["ADD bridge", "ADD bandwidth"]);
      // The runtime then owes DEL, of those that were never called, too; of one at fault it says so.
      await broken.del().catch(() => undefined);
      await pluginList(node, [first, third], { id: "c2" }).del();
      expect(veths(node)).toEqual([]);
      expect(leases(node)).toEqual([]);
      expect(ruleset(node)).not.toContain("8080");
    },
  },
];
