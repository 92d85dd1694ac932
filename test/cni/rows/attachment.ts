import { expect } from "vitest";
import type { CniNode, Row } from "../contract.ts";
import { reach, serve, silence } from "../packets.ts";
import { addresses, bridge, leases, link, refused, ruleset, v4, v6, veths } from "../words.ts";

/** Rows 23 to 34: DEL, CHECK and what guards a container's link. */
export const attachmentRows: readonly Row[] = [
  {
    number: 23,
    title: "DEL without a namespace removes the masquerade rule",
    referenceDiffers: "leaks it",
    async play(node) {
      const config = bridge(node, { ipMasq: true });
      await node.succeed({ config });
      expect(ruleset(node)).toMatch(/10\.1\.2\.2 /);
      await node.succeed({ command: "DEL", netns: "", config });
      expect(ruleset(node)).not.toMatch(/10\.1\.2\.2 /);
      expect(leases(node)).toEqual([]);
      expect(veths(node)).toEqual([]);
    },
  },
  {
    number: 24,
    title: "DEL of what was never added",
    async play(node) {
      await node.succeed({ command: "DEL", config: bridge(node, { ipMasq: true }) });
    },
  },
  {
    number: 25,
    title: "DEL twice",
    async play(node) {
      const config = bridge(node);
      await node.succeed({ config });
      for (const _ of [1, 2]) await node.succeed({ command: "DEL", config });
    },
  },
  {
    number: 26,
    title: "DEL after the namespace is gone frees the address",
    async play(node) {
      const config = bridge(node);
      const netns = node.netnsOf("c1");
      await node.succeed({ config });
      node.removeContainer("c1");
      await node.succeed({ command: "DEL", netns, config });
      expect(leases(node)).toEqual([]);
    },
  },
  {
    number: 27,
    title: "CHECK right after ADD",
    async play(node) {
      for (const [id, ranges] of [
        ["c1", [v4]],
        ["c2", [v6]],
        ["c3", [v4, v6]],
      ] as const)
        await node.succeed(
          await checked(node, id, bridge(node, { isDefaultGateway: true }, ranges)),
        );
    },
  },
  {
    number: 28,
    title: "CHECK names what is missing: default route, address, bridge of the port, bridge",
    async play(node) {
      const config = bridge(node, { isDefaultGateway: true });
      const harms: readonly (readonly [string, RegExp, (id: string) => void])[] = [
        ["c1", /route/i, (id) => node.runIn(id, "ip", "route", "del", "default")],
        [
          "c2",
          /10\.1\.2\.\d+|address|IP/i,
          (id) => node.runIn(id, "ip", "addr", "flush", "dev", "eth0"),
        ],
        [
          "c3",
          /bridge|cni0|master/i,
          () => node.run("ip", "link", "set", String(veths(node)[2]), "nomaster"),
        ],
        ["c4", /cni0/, () => node.run("ip", "link", "del", "cni0")],
      ];
      for (const [id, words, harm] of harms) {
        const call = await checked(node, id, config);
        harm(id);
        await refused(node, call, undefined, words);
      }
    },
  },
  {
    number: 29,
    title: "CHECK without prevResult",
    async play(node) {
      const config = bridge(node);
      await node.succeed({ config });
      await refused(node, { command: "CHECK", config }, undefined, /Required prevResult missing/);
    },
  },
  {
    number: 30,
    title: "macspoofchk: what comes under another hardware address is dropped, until DEL",
    referenceDiffers: "has no macspoofchk without its nft library",
    async play(node) {
      const config = bridge(node, { macspoofchk: true });
      await node.succeed({ config });
      await node.succeed({ id: "free", config: bridge(node) });
      await node.succeed({ id: "target", config: bridge(node) });
      await serve(node, "target");
      const mac = (id: string): string => link(node, "eth0", id)?.address ?? "";
      const bear = (id: string, address: string): void => {
        node.runIn(id, "ip", "link", "set", "eth0", "address", address);
        // Nobody goes by what was known of the other address.
        node.runIn("target", "ip", "neigh", "flush", "all");
      };
      const own = mac("c1");
      expect(await reach(node, "c1", "10.1.2.4", 80)).toBe("target");
      bear("c1", "02:00:00:00:00:66");
      expect(await silence(node, "c1", "10.1.2.4")).toBe("timeout");
      // Not even that of another pod.
      bear("c1", mac("free"));
      expect(await silence(node, "c1", "10.1.2.4")).toBe("timeout");
      bear("c1", own);
      expect(await reach(node, "c1", "10.1.2.4", 80)).toBe("target");
      bear("free", "02:00:00:00:00:67");
      expect(await reach(node, "free", "10.1.2.4", 80)).toBe("target");
      const host = String(veths(node)[0]);
      await node.succeed({ command: "DEL", config });
      expect(ruleset(node)).not.toContain(host);
      // The next of that name is not held to the address of the one before.
      await node.succeed({ config: bridge(node) });
      bear("c1", "02:00:00:00:00:68");
      expect(await reach(node, "c1", "10.1.2.4", 80)).toBe("target");
    },
  },
  {
    number: 31,
    title: "disableContainerInterface: not with ipam, and down without",
    referenceDiffers: "has no disableContainerInterface in 1.1.1",
    async play(node) {
      const more = { disableContainerInterface: true };
      await refused(
        node,
        { config: bridge(node, more) },
        undefined,
        /disableContainerInterface|IPAM/,
      );
      await node.succeed({ config: { type: "bridge", bridge: "cni0", ...more } });
      expect(link(node, "eth0", "c1")?.flags).not.toContain("UP");
    },
  },
  {
    number: 32,
    title: "portIsolation keeps the containers of a bridge apart",
    referenceDiffers: "has no portIsolation in 1.1.1",
    async play(node) {
      const isolated = (at: number): boolean | undefined =>
        link(node, String(veths(node)[at]))?.linkinfo?.info_slave_data?.isolated;
      await node.succeed({ id: "c1", config: bridge(node, { portIsolation: true }) });
      await node.succeed({ id: "c2", config: bridge(node, { portIsolation: true }) });
      await node.succeed({ id: "c3", config: bridge(node) });
      expect([isolated(0), isolated(1), isolated(2)]).toEqual([true, true, false]);
      const server = await node.agent("c2");
      await server.serve({ transport: "tcp", name: "c2", port: 80 });
      const reach = async (id: string): Promise<string> => {
        const client = await node.agent(id);
        const asked = { transport: "tcp", address: "10.1.2.3", port: 80, timeoutMs: 500 } as const;
        return (await client.attempt(asked))[0]?.kind ?? "";
      };
      expect(await reach("c3")).toBe("answer");
      expect(await reach("c1")).toBe("failure");
    },
  },
  {
    number: 33,
    title: "an interface of that name is there already",
    async play(node) {
      const config = bridge(node);
      await node.succeed({ config });
      const other = { ...config, name: "other" };
      await refused(node, { config: other }, undefined, /eth0|exist/);
      expect(veths(node)).toHaveLength(1);
      expect(addresses(node, "eth0", "c1")).toEqual(["10.1.2.2/24"]);
    },
  },
  {
    number: 34,
    title: "ADD into a namespace that is not there",
    async play(node) {
      await refused(
        node,
        { netns: "/run/netns/fl-none", config: bridge(node) },
        undefined,
        /fl-none/,
      );
      expect(leases(node)).toEqual([]);
    },
  },
];

/** The CHECK that a runtime makes after this ADD. */
async function checked(node: CniNode, id: string, config: ReturnType<typeof bridge>) {
  const versioned = { cniVersion: "1.0.0", name: "net", ...config };
  const prevResult = await node.succeed({ id, config: versioned });
  return { command: "CHECK", id, config: { ...versioned, prevResult } };
}
