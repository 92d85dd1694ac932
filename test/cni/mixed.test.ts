/** Lists of plugins of both makes: Fairlead's shim and agent beside the reference plugins, in either order. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import { describeWhere, findCniPlugins } from "#test/support/capabilities.ts";
import type { CniNode } from "./contract.ts";
import { type ListPlugin, pluginList } from "./lists.ts";
import { createNode } from "./node.ts";
import { addOutside, connect, outside, reach, serve } from "./packets.ts";
import { besideReference, shimAs } from "./plugins.ts";
import { addresses, bridge, leases, leasing, links, ruleset, v4, veths } from "./words.ts";

type Make = "ours" | "theirs";

/** A list by who does what of it. */
interface Mix {
  readonly title: string;
  plugins(node: CniNode): readonly ListPlugin[];
  /** Who is found for `ipam.type`. */
  readonly delegates?: Make;
  readonly hasHostPort?: boolean;
  readonly shown?: (node: CniNode) => void;
}

const by = (make: Make, config: JsonObject): ListPlugin => {
  const type = String(config.type);
  return { program: make === "ours" ? type : `reference/${type}`, config };
};

const gateway = { isDefaultGateway: true, hairpinMode: true, ipMasq: true };
const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }];
const portmap = {
  type: "portmap",
  capabilities: { portMappings: true },
  runtimeConfig: { portMappings },
};
const rates = {
  ingressRate: 80_000_000,
  ingressBurst: 8_000_000,
  egressRate: 40_000_000,
  egressBurst: 4_000_000,
};
const bandwidth = { type: "bandwidth", ...rates };
const tuning = { type: "tuning", mtu: 1400, sysctl: { "net.core.somaxconn": "500" } };
const firewall = { type: "firewall", backend: "iptables" };

const isShaped = (node: CniNode): void => {
  const queues = node.run("tc", "qdisc", "show");
  expect(queues).toMatch(/tbf .*dev veth\S* root .*rate 80Mbit/);
  expect(queues).toMatch(/tbf .*dev bwp\S* root .*rate 40Mbit/);
};
const isTuned = (node: CniNode): void => {
  expect(links(node, "c1").find(({ ifname }) => ifname === "eth0")?.mtu).toBe(1400);
  expect(node.runIn("c1", "cat", "/proc/sys/net/core/somaxconn").trim()).toBe("500");
};

const mixes: readonly Mix[] = [
  {
    title: "our bridge, their portmap",
    plugins: (node) => [by("ours", bridge(node, gateway)), by("theirs", portmap)],
    hasHostPort: true,
  },
  {
    title: "their bridge, our portmap",
    plugins: (node) => [by("theirs", bridge(node, gateway)), by("ours", portmap)],
    hasHostPort: true,
  },
  {
    title: "our ptp, their portmap",
    plugins: (node) => [
      by("ours", {
        type: "ptp",
        ipMasq: true,
        ...leasing(node, [v4], { routes: [{ dst: "0.0.0.0/0" }] }),
      }),
      by("theirs", portmap),
    ],
    hasHostPort: true,
  },
  {
    title: "their ptp, our portmap",
    plugins: (node) => [
      by("theirs", {
        type: "ptp",
        ipMasq: true,
        ...leasing(node, [v4], { routes: [{ dst: "0.0.0.0/0" }] }),
      }),
      by("ours", portmap),
    ],
    hasHostPort: true,
  },
  {
    title: "our host-local under their bridge",
    plugins: (node) => [by("theirs", bridge(node, gateway))],
    delegates: "ours",
  },
  {
    title: "their static under our bridge",
    plugins: (node) => [
      by("ours", {
        ...bridge(node, gateway),
        ipam: { type: "static", addresses: [{ address: "10.1.2.2/24", gateway: "10.1.2.1" }] },
      }),
    ],
    delegates: "theirs",
  },
  {
    title: "our bridge, their firewall, tuning and bandwidth",
    plugins: (node) => [
      by("ours", bridge(node, gateway)),
      ...[firewall, tuning, bandwidth].map((config) => by("theirs", config)),
    ],
    shown(node) {
      isShaped(node);
      isTuned(node);
      expect(ruleset(node)).toMatch(/CNI-FORWARD/);
    },
  },
  {
    title: "their bridge, our firewall, tuning and bandwidth",
    plugins: (node) => [
      by("theirs", bridge(node, gateway)),
      ...[firewall, tuning, bandwidth].map((config) => by("ours", config)),
    ],
    shown(node) {
      isShaped(node);
      isTuned(node);
    },
  },
  {
    title: "each by turns: bridge, tuning and bandwidth of ours, firewall and portmap of theirs",
    plugins: (node) => [
      by("ours", bridge(node, gateway)),
      by("theirs", firewall),
      by("ours", tuning),
      by("theirs", portmap),
      by("ours", bandwidth),
    ],
    hasHostPort: true,
    shown(node) {
      isShaped(node);
      isTuned(node);
    },
  },
];

describeWhere(["podNetworks", "nftables", "cc", "cniPlugins"], "plugins of both makes", () => {
  describe.each(mixes)("$title", (mix) => {
    // Results differ in shape; firewall of the reference knows none older.
    test.each(["0.4.0", "1.0.0"])("cniVersion %s", async (cniVersion) => {
      const node = await createNode(besideReference);
      try {
        addOutside(node);
        await serve(node, "outside");
        const own = join(node.dataDir, "bin");
        mkdirSync(own);
        symlinkSync(shimAs(own, "fairlead"), join(own, "host-local"));
        const theirs = findCniPlugins() ?? "";
        const env = { CNI_PATH: mix.delegates === "ours" ? own : theirs };
        const list = (id: string, plugins = mix.plugins(node)) =>
          pluginList(node, plugins, { id, cniVersion, env });
        const first = list("c1");
        const other = list("c2", mix.plugins(node).slice(0, 1));
        const isLone = mix.title.includes("static");
        await first.add();
        if (!isLone) await other.add();
        await serve(node, "c1");
        const [address = ""] = addresses(node, "eth0", "c1").map(
          (text) => text.split("/")[0] ?? "",
        );
        expect(address).toBe("10.1.2.2");
        expect(await connect(node, "c1", outside[4].machine, 80)).toMatchObject({
          source: outside[4].node,
        });
        if (!isLone) expect(await reach(node, "c2", address, 80)).toBe("c1");
        if (mix.hasHostPort) {
          expect(await reach(node, "outside", outside[4].node, 8080)).toBe("c1");
          expect(await reach(node, undefined, "127.0.0.1", 8080)).toBe("c1");
          expect(await reach(node, "c1", outside[4].node, 8080)).toBe("c1");
        }
        mix.shown?.(node);
        await first.del();
        await first.del();
        if (!isLone) await other.del();
        expect(veths(node)).toEqual([]);
        expect(leases(node)).toEqual([]);
        expect(links(node).some(({ ifname }) => ifname.startsWith("bwp"))).toBe(false);
        expect(ruleset(node)).not.toMatch(/10\.1\.2\.[1-9]|8080/);
      } finally {
        await node.close();
      }
    });
  });
});
