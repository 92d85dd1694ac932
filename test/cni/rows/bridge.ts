import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import type { CniNode, Row } from "../contract.ts";
import { addOutside, connect, outside, serve } from "../packets.ts";
import {
  addresses,
  bridge,
  leases,
  link,
  refused,
  routes,
  ruleset,
  v4,
  v6,
  veths,
} from "../words.ts";

/** VLANs of a link as `bridge vlan` prints them, one word each: "101", "100 PVID Egress Untagged". */
function vlansOf(node: CniNode, name: string): readonly string[] {
  const [, ...lines] = node.run("bridge", "vlan", "show", "dev", name).trim().split("\n");
  return lines.map((line) => line.replace(name, "").trim());
}

/** Rows 1 to 22 without VLANs: what ADD of type bridge makes. */
export const bridgeRows: readonly Row[] = [
  {
    number: 1,
    title: "a default gateway: address, gateway on the bridge, default route",
    async play(node) {
      const config = bridge(node, { isDefaultGateway: true });
      const result = await node.succeed({ config });
      expect(result.ips).toEqual([{ address: "10.1.2.2/24", gateway: "10.1.2.1", interface: 2 }]);
      expect(result.interfaces).toHaveLength(3);
      expect(routes(node, "c1")).toMatch(/default via 10\.1\.2\.1 dev eth0/);
      expect(addresses(node, "cni0")).toEqual(["10.1.2.1/24"]);
      expect(addresses(node, "eth0", "c1")).toEqual(["10.1.2.2/24"]);
    },
  },
  {
    number: 2,
    title: "IPv6: nothing is tentative when ADD returns",
    async play(node) {
      const result = await node.succeed({ config: bridge(node, { isDefaultGateway: true }, [v6]) });
      expect(result.ips).toEqual([
        { address: "2001:db8:1::2/64", gateway: "2001:db8:1::1", interface: 2 },
      ]);
      expect(addresses(node, "cni0")).toEqual(["2001:db8:1::1/64"]);
      const own = link(node, "eth0", "c1")?.addr_info.filter(({ scope }) => scope === "global");
      expect(own?.some(({ tentative }) => tentative)).toBe(false);
    },
  },
  {
    number: 3,
    title: "dual stack: both addresses, both default routes",
    async play(node) {
      const result = await node.succeed({
        config: bridge(node, { isDefaultGateway: true }, [v4, "fd00::/64"]),
      });
      expect(result.ips).toHaveLength(2);
      expect(routes(node, "c1")).toMatch(/default via 10\.1\.2\.1/);
      expect(routes(node, "c1", "-6")).toMatch(/default via fd00::1/);
    },
  },
  {
    number: 4,
    title: "more than one address a family before 0.3.0",
    referenceDiffers: "leaves its link when it fails",
    async play(node) {
      const ranges = [v4, v6, "2001:db8:2::/64"];
      for (const cniVersion of ["0.1.0", "0.2.0"]) {
        const call = { config: { ...bridge(node, {}, ranges), cniVersion } };
        await refused(node, call, undefined, /does not support more than 1 address per family/);
      }
      expect(leases(node)).toEqual([]);
    },
  },
  {
    number: 5,
    title: "three addresses and three gateways from 0.3.0 on",
    async play(node) {
      const ranges = [v4, v6, "2001:db8:2::/64"];
      const result = await node.succeed({
        config: { ...bridge(node, {}, ranges), cniVersion: "0.3.0" },
      });
      expect(result.ips).toHaveLength(3);
      expect(addresses(node, "cni0")).toEqual([
        "10.1.2.1/24",
        "2001:db8:2::1/64",
        "2001:db8:1::1/64",
      ]);
    },
  },
  {
    number: 6,
    title: "resolvConf's servers are the result's",
    referenceDiffers: "forgets what IPAM says of dns in 1.1.1",
    async play(node) {
      const resolvConf = join(node.dataDir, "resolv.conf");
      writeFileSync(resolvConf, "nameserver 192.0.2.1\nsearch example.org\n");
      const config = bridge(node);
      const ipam = { ...config.ipam, resolvConf };
      const { dns } = await node.succeed({ config: { ...config, ipam } });
      expect(dns).toEqual({ nameservers: ["192.0.2.1"], search: ["example.org"] });
    },
  },
  {
    number: 7,
    title: "dns of the plugin takes the place of IPAM's, an empty list too",
    async play(node) {
      const resolvConf = join(node.dataDir, "resolv.conf");
      writeFileSync(resolvConf, "nameserver 192.0.2.1\n");
      const config = bridge(node, { dns: { nameservers: [], search: ["own.test"] } });
      const ipam = { ...config.ipam, resolvConf };
      const { dns } = await node.succeed({ config: { ...config, ipam } });
      expect(dns).toMatchObject({ search: ["own.test"] });
      expect(JSON.stringify(dns)).not.toContain("192.0.2.1");
    },
  },
  {
    number: 8,
    title: "no ipam: a link without addresses; no shape for it before 0.3.0",
    async play(node) {
      const config = { type: "bridge", bridge: "cni0" };
      const result = await node.succeed({ config });
      expect(result.ips ?? []).toEqual([]);
      expect(link(node, "eth0", "c1")?.flags).toContain("UP");
      for (const [id, cniVersion] of [
        ["c2", "0.2.0"],
        ["c3", "0.1.0"],
      ])
        await refused(
          node,
          { id: `${id}`, config: { ...config, cniVersion } },
          undefined,
          /no valid IP addresses/,
        );
    },
  },
  {
    number: 9,
    title: "a bridge that is there is used",
    async play(node) {
      node.run("ip", "link", "add", "cni0", "type", "bridge");
      const before = link(node, "cni0")?.ifindex;
      await node.succeed({ config: bridge(node) });
      expect(link(node, "cni0")?.ifindex).toBe(before);
    },
  },
  {
    number: 10,
    title: "a link of the bridge's name that is none",
    async play(node) {
      node.run("ip", "link", "add", "cni0", "type", "veth", "peer", "name", "other");
      await refused(
        node,
        { config: bridge(node) },
        undefined,
        /already exists but is not a bridge/,
      );
      expect(leases(node)).toEqual([]);
    },
  },
  {
    number: 11,
    title: "vlan: untagged in that VLAN alone, unless preserveDefaultVlan",
    needs: ["vlanFiltering"],
    referenceDiffers: "has no preserveDefaultVlan in 1.1.1",
    async play(node) {
      await node.succeed({ id: "c1", config: { type: "bridge", vlan: 100 } });
      await node.succeed({
        id: "c2",
        config: { type: "bridge", vlan: 100, preserveDefaultVlan: true },
      });
      const [first = "", second = ""] = veths(node);
      expect(vlansOf(node, first)).toEqual(["100 PVID Egress Untagged"]);
      expect(vlansOf(node, second)).toEqual(["1 Egress Untagged", "100 PVID Egress Untagged"]);
    },
  },
  {
    number: 12,
    title: "a vlan out of range",
    async play(node) {
      for (const vlan of [-100, 5000])
        await refused(
          node,
          { config: bridge(node, { vlan }) },
          undefined,
          /invalid VLAN ID .*must be between 0 and 4094/i,
        );
    },
  },
  {
    number: 13,
    title: "vlanTrunk: tagged, beside the native one",
    needs: ["vlanFiltering"],
    referenceDiffers: "has no vlanTrunk in 1.1.1",
    async play(node) {
      const vlanTrunk = [{ id: 101 }, { minID: 200, maxID: 210 }];
      await node.succeed({ config: { type: "bridge", vlanTrunk } });
      const all = Array.from({ length: 11 }, (_, index) => `${200 + index}`);
      expect(vlansOf(node, String(veths(node)[0]))).toEqual([
        "1 PVID Egress Untagged",
        "101",
        ...all,
      ]);
    },
  },
  {
    number: 14,
    title: "a vlanTrunk that is none",
    referenceDiffers: "has no vlanTrunk in 1.1.1",
    async play(node) {
      const said = new Set<unknown>();
      for (const trunk of [{ minID: 5 }, { maxID: 5 }, { minID: 9, maxID: 5 }, { id: 5000 }]) {
        const { status, document } = await node.cni({
          config: bridge(node, { vlanTrunk: [trunk] }),
        });
        expect(status).not.toBe(0);
        said.add(document.msg);
      }
      expect(said.size).toBe(4);
    },
  },
  {
    number: 15,
    title: "vlan with a gateway, which a link of its own carries",
    needs: ["vlanFiltering"],
    async play(node) {
      const result = await node.succeed({ config: bridge(node, { vlan: 100 }) });
      expect(result.interfaces).toHaveLength(4);
      expect(addresses(node, "cni0.100")).toEqual(["10.1.2.1/24"]);
    },
  },
  {
    number: 16,
    title: "another gateway address on the bridge needs forceAddress",
    referenceDiffers: "leaves its link when it fails",
    async play(node) {
      await node.succeed({ config: bridge(node, {}, ["10.0.0.0/8"]) });
      const other = bridge(node, {}, ["10.1.0.0/16"]);
      await refused(
        node,
        { id: "c2", config: other },
        undefined,
        /already has an IP address different from/,
      );
      await node.succeed({ id: "c2", config: { ...other, forceAddress: true } });
      expect(addresses(node, "cni0")).toEqual(["10.1.0.1/16"]);
    },
  },
  {
    number: 17,
    title: "IPv6 gateways that overlap, and others that do not",
    referenceDiffers: "leaves its link when it fails",
    async play(node) {
      await node.succeed({ config: bridge(node, {}, ["2001:db8:1::/64"]) });
      const overlapping = bridge(node, {}, ["2001:db8:1::/48"]);
      await refused(
        node,
        { id: "c2", config: overlapping },
        undefined,
        /already has an IP address different from/,
      );
      await node.succeed({ id: "c2", config: bridge(node, {}, ["2001:db8:2::/64"]) });
      expect([...addresses(node, "cni0")].sort()).toEqual(["2001:db8:1::1/64", "2001:db8:2::1/64"]);
    },
  },
  {
    number: 18,
    title: "promiscMode, and not with hairpinMode",
    async play(node) {
      await refused(
        node,
        { config: bridge(node, { promiscMode: true, hairpinMode: true }) },
        undefined,
        /hairpin.*promisc|promisc.*hairpin/i,
      );
      await node.succeed({ config: bridge(node, { promiscMode: true }) });
      expect(link(node, "cni0")?.flags).toContain("PROMISC");
    },
  },
  {
    number: 19,
    title: "the bridge's hardware address stays while ports come and go",
    async play(node) {
      const config = bridge(node, {}, [v4, v6]);
      await node.succeed({ id: "c1", config });
      const before = link(node, "cni0")?.address;
      for (const id of ["c2", "c3", "c4"]) await node.succeed({ id, config });
      for (const id of ["c1", "c3"]) await node.succeed({ command: "DEL", id, config });
      expect(link(node, "cni0")?.address).toBe(before);
    },
  },
  {
    number: 20,
    title: "hardware address from CNI_ARGS, args.cni, runtimeConfig: the later wins",
    async play(node) {
      const mac = (last: string): string => `02:00:00:00:00:${last}`;
      const env = { CNI_ARGS: `IgnoreUnknown=1;MAC=${mac("01")}` };
      const args = { args: { cni: { mac: mac("02") } } };
      const config = { ...bridge(node), capabilities: { mac: true } };
      await node.succeed({ id: "c1", env, config });
      await node.succeed({ id: "c2", env, config: { ...config, ...args } });
      const runtimeConfig = { mac: mac("03") };
      await node.succeed({ id: "c3", env, config: { ...config, ...args, runtimeConfig } });
      const found = ["c1", "c2", "c3"].map((id) => link(node, "eth0", id)?.address);
      expect(found).toEqual([mac("01"), mac("02"), mac("03")]);
    },
  },
  {
    number: 21,
    title: "a failure after IPAM leaves neither address nor link",
    referenceDiffers: "leaves its link when it fails",
    async play(node) {
      // A route through a gateway that is not there.
      const config = bridge(node);
      const ipam = { ...config.ipam, routes: [{ dst: "192.0.2.0/24", gw: "198.51.100.1" }] };
      const { status } = await node.cni({ config: { ...config, ipam } });
      expect(status).not.toBe(0);
      expect(leases(node)).toEqual([]);
      expect(veths(node)).toEqual([]);
    },
  },
  {
    number: 22,
    title: "ipMasq: outside sees the node, pods of the subnet see the pod; nothing of it after DEL",
    async play(node) {
      addOutside(node);
      const { machine } = outside[4];
      const config = bridge(node, { isDefaultGateway: true }, [v4, v6]);
      await node.succeed({ id: "c2", config });
      for (const id of ["c2", "outside"]) await serve(node, id);
      for (const backend of ["", "iptables", "nftables"] as const) {
        // The reference has no nftables in 1.1.1, and passes over the key.
        const more = { ipMasq: true, ...(backend !== "" && { ipMasqBackend: backend }) };
        const call = { config: { ...config, ...more } };
        const result = await node.succeed(call);
        const [four = "", six = ""] = ownAddresses(result);
        expect(await connect(node, "c1", machine, 80)).toMatchObject({ source: outside[4].node });
        // The reference's gateway is tentative for a second or two.
        expect(await connect(node, "c1", outside[6].machine, 80, 5000)).toMatchObject({
          source: outside[6].node,
        });
        expect(await connect(node, "c1", "10.1.2.2", 80)).toMatchObject({ source: four });
        expect(await connect(node, "c1", "2001:db8:1::2", 80)).toMatchObject({ source: six });
        await node.succeed({ ...call, command: "DEL" });
        expect(ruleset(node)).not.toContain(four);
      }
      // Who has no ipMasq goes out under an own address, also one that had it before.
      expect(await connect(node, "c2", machine, 80)).toMatchObject({ source: "10.1.2.2" });
      const [plain] = ownAddresses(await node.succeed({ config }));
      expect(await connect(node, "c1", machine, 80)).toMatchObject({ source: plain });
    },
  },
];

/** Without their lengths, IPv4's first. */
function ownAddresses({ ips }: JsonObject): readonly string[] {
  // The result's own shape, from 0.3.0 on.
  const given = (ips ?? []) as readonly { readonly address: string }[];
  return given.map(({ address }) => address.split("/")[0] ?? "");
}
