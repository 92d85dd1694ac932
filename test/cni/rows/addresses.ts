import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { JsonObject } from "#cni/contract.ts";
import type { CniNode, Row } from "../contract.ts";
import { addOutside, connect, outside, reach, serve } from "../packets.ts";
import { bridge, leases, leasing, refused, ruleset, v4, veths } from "../words.ts";

const local = (node: CniNode, more: JsonObject = {}, subnets: readonly string[] = [v4]) => {
  return { type: "host-local", ...leasing(node, subnets, more) };
};

const addressesOf = ({ ips }: JsonObject): readonly string[] =>
  // The result's own shape, in 1.1.0.
  ((ips ?? []) as readonly { readonly address: string }[]).map(({ address }) => address);

/** Rows 44 to 58: type host-local, GC and STATUS. */
export const addressRows: readonly Row[] = [
  {
    number: 44,
    title: "several ranges of two families, and their files",
    async play(node) {
      const ranges = [[{ subnet: v4 }, { subnet: "10.2.2.0/24" }], [{ subnet: "fd00:5::/64" }]];
      const result = await node.succeed({ config: local(node, { ranges }) });
      expect(addressesOf(result)).toEqual(["10.1.2.2/24", "fd00:5::2/64"]);
      const file = (name: string): string => readFileSync(join(node.dataDir, "net", name), "utf8");
      expect(file("10.1.2.2")).toMatch(/^c1\r\neth0/);
      expect([file("last_reserved_ip.0"), file("last_reserved_ip.1")]).toEqual([
        "10.1.2.2",
        "fd00:5::2",
      ]);
    },
  },
  {
    number: 45,
    title: "a second interface of a container has an address of its own",
    async play(node) {
      const config = local(node);
      await node.succeed({ config });
      await node.succeed({ config, ifname: "eth1" });
      expect(leases(node)).toEqual(["10.1.2.2", "10.1.2.3"]);
      await node.succeed({ config, command: "DEL" });
      expect(leases(node)).toEqual(["10.1.2.3"]);
    },
  },
  {
    number: 46,
    title: "ADD twice",
    async play(node) {
      await node.succeed({ config: local(node) });
      await refused(node, { config: local(node) }, undefined, /duplicate allocation/);
    },
  },
  { number: 47, title: "a file of the container's ID alone", play: (node) => freed(node, "c1") },
  {
    number: 48,
    title: "a file with more white space",
    referenceDiffers: "trims the ends of the file alone in 1.1.1",
    play: (node) => freed(node, "  c1\r\n eth0  \n"),
  },
  {
    number: 49,
    title: "DEL of a container that has none",
    play: async (node) => {
      await node.succeed({ command: "DEL", config: local(node) });
    },
  },
  {
    number: 50,
    title:
      "addresses asked for: args.cni.ips, CNI_ARGS IP, runtimeConfig.ips, with a length or without",
    async play(node) {
      const config = { ...local(node, {}, [v4, "fd00:5::/64"]), capabilities: { ips: true } };
      const env = { CNI_ARGS: "IP=10.1.2.70" };
      const asked: readonly (readonly [
        string,
        JsonObject,
        typeof env | undefined,
        readonly string[],
      ])[] = [
        [
          "c1",
          { args: { cni: { ips: ["10.1.2.50", "fd00:5::50/64"] } } },
          undefined,
          ["10.1.2.50/24", "fd00:5::50/64"],
        ],
        ["c2", {}, env, ["10.1.2.70/24", "fd00:5::51/64"]],
        [
          "c3",
          { runtimeConfig: { ips: ["10.1.2.60/24"] } },
          undefined,
          ["10.1.2.60/24", "fd00:5::52/64"],
        ],
      ];
      for (const [id, more, given, expected] of asked) {
        const call = { id, config: { ...config, ...more }, ...(given && { env: given }) };
        const result = await node.succeed(call);
        expect(addressesOf(result)).toEqual(expected);
      }
    },
  },
  {
    number: 51,
    title: "addresses asked for that cannot be had",
    async play(node) {
      const ranges = [[{ subnet: v4, rangeStart: "10.1.2.10", rangeEnd: "10.1.2.90" }]];
      const config = local(node, { ranges });
      await node.succeed({
        id: "c9",
        config: { ...config, args: { cni: { ips: ["10.1.2.20"] } } },
      });
      for (const ip of ["192.0.2.1", "10.1.2.20", "10.1.2.1", "10.1.2.95"]) {
        const { status } = await node.cni({ config: { ...config, args: { cni: { ips: [ip] } } } });
        expect(status, ip).not.toBe(0);
        expect(leases(node)).toEqual(["10.1.2.20"]);
      }
    },
  },
  {
    number: 52,
    title: "addresses advance and wrap; gateway and broadcast are never given",
    async play(node) {
      const config = local(node, {}, ["10.1.2.0/29"]);
      const given: string[] = [];
      for (let round = 0; round < 8; round++) {
        given.push(...addressesOf(await node.succeed({ config })));
        await node.succeed({ command: "DEL", config });
      }
      const last = [2, 3, 4, 5, 6, 2, 3, 4].map((host) => `10.1.2.${host}/29`);
      expect(given).toEqual(last);
    },
  },
  {
    number: 53,
    title: "a range that is full",
    async play(node) {
      const config = local(node, {}, ["10.1.2.0/30"]);
      await node.succeed({ config });
      await refused(
        node,
        { id: "c2", config },
        undefined,
        /no IP addresses available in range set: 10\.1\.2\.1-10\.1\.2\.2/,
      );
    },
  },
  {
    number: 54,
    title: "ranges that are none, each in words of its own",
    async play(node) {
      const said = new Set<unknown>();
      for (const ranges of [
        [[{ subnet: "10.1.2.5/24" }]],
        [[{ subnet: "10.1.2.0/31" }]],
        [[{ subnet: v4, rangeStart: "10.9.9.9" }]],
        [[{ subnet: v4 }, { subnet: "10.1.2.128/25" }]],
        [[{ subnet: v4 }, { subnet: "fd00::/64" }]],
      ]) {
        const { status, document } = await node.cni({ config: local(node, { ranges }) });
        expect(status).not.toBe(0);
        said.add(document.msg);
      }
      expect(said.size).toBe(5);
    },
  },
  {
    number: 55,
    title: "after the end of the first range comes the second",
    async play(node) {
      const ranges = [[{ subnet: "10.1.2.0/30" }, { subnet: "10.5.0.0/24" }]];
      await node.succeed({ id: "c1", config: local(node, { ranges }) });
      const next = await node.succeed({ id: "c2", config: local(node, { ranges }) });
      expect(addressesOf(next)).toEqual(["10.5.0.2/24"]);
    },
  },
  {
    number: 56,
    title: "50 ADDs at once, and 50 DELs among as many ADDs: no address twice, no partial file",
    async play(node) {
      const config = local(node);
      const ids = (prefix: string) => Array.from({ length: 50 }, (_, index) => `${prefix}${index}`);
      const add = async (id: string) => addressesOf(await node.succeed({ id, config }));
      for (const id of [...ids("p"), ...ids("q")]) node.netnsOf(id);
      const first = await Promise.all(ids("p").map(add));
      expect(new Set(first.flat()).size).toBe(50);
      expect(leases(node)).toHaveLength(50);
      const second = await Promise.all(
        ids("q").map(async (id, index) => {
          const [given] = await Promise.all([
            add(id),
            node.succeed({ command: "DEL", id: `p${index}`, config }),
          ]);
          return given;
        }),
      );
      expect(new Set(second.flat()).size).toBe(50);
      expect(leases(node)).toHaveLength(50);
      const text = (name: string) => readFileSync(join(node.dataDir, "net", name), "utf8");
      for (const name of leases(node)) expect(text(name)).toMatch(/^q\d+\r\neth0/);
    },
  },
  {
    number: 57,
    title: "GC with two of five: addresses, links, rules and host ports of three go, the two go on",
    referenceDiffers: "has no GC",
    async play(node) {
      const config = { ...bridge(node, { ipMasq: true }), type: "fairlead" };
      const asking = (port: number) => {
        const portMappings = [{ hostPort: port, containerPort: 80, protocol: "tcp" }];
        return { ...config, runtimeConfig: { portMappings } };
      };
      const ids = ["c1", "c2", "c3", "c4", "c5"];
      for (const [at, id] of ids.entries()) {
        await node.succeed({ id, config: asking(8000 + at) });
        await serve(node, id);
      }
      addOutside(node);
      await serve(node, "outside");
      const ports = () =>
        Promise.all(ids.map((_, at) => reach(node, "outside", outside[4].node, 8000 + at)));
      expect(await ports()).toEqual(ids);
      writeFileSync(join(node.dataDir, "net", "10.1.2.77"), "c2");
      const env = { CNI_CONTAINERID: undefined, CNI_IFNAME: undefined, CNI_NETNS: undefined };
      // A runtime that sends no list at all has nothing collected.
      await node.succeed({ command: "GC", config, env });
      expect(await ports()).toEqual(ids);
      const valid = ["c2", "c4"].map((containerID) => ({ containerID, ifname: "eth0" }));
      const gc = { ...config, "cni.dev/valid-attachments": valid };
      await node.succeed({ command: "GC", config: gc, env });
      expect(leases(node)).toEqual(["10.1.2.3", "10.1.2.5", "10.1.2.77"]);
      expect(veths(node)).toHaveLength(2);
      expect(await ports()).toEqual(["refused", "c2", "refused", "c4", "refused"]);
      expect(await connect(node, "c2", outside[4].machine, 80)).toMatchObject({
        source: outside[4].node,
      });
      const rules = ruleset(node);
      for (const host of [2, 4, 6]) expect(rules).not.toMatch(new RegExp(`10\\.1\\.2\\.${host} `));
      const kept = readdirSync(join(node.dataDir, "net"));
      expect(kept).toEqual(expect.arrayContaining(["last_reserved_ip.0", "lock"]));
      await node.succeed({
        command: "GC",
        config: { ...gc, "cni.dev/valid-attachments": [] },
        env,
      });
      expect(leases(node)).toEqual([]);
      expect(veths(node)).toEqual([]);
      expect(ruleset(node)).not.toMatch(/10\.1\.2\.\d+ /);
    },
  },
  {
    number: 58,
    title: "STATUS: 0 while there are addresses, 50 with the counts when one of the ranges is full",
    referenceDiffers: "has no STATUS",
    async play(node) {
      const env = { CNI_CONTAINERID: undefined, CNI_IFNAME: undefined, CNI_NETNS: undefined };
      const ranges = [[{ subnet: v4 }], [{ subnet: "10.5.0.0/29" }]];
      // Type bridge asks its addresses' manager.
      for (const config of [
        local(node, { ranges }),
        { ...bridge(node), ...leasing(node, [], { ranges }) },
      ]) {
        const status = { command: "STATUS", config, env };
        await node.succeed(status);
        const ids = ["c1", "c2", "c3", "c4", "c5"];
        for (const id of ids) await node.succeed({ id, config: local(node, { ranges }) });
        await refused(node, status, 50, /10\.5\.0/);
        expect((await node.cni(status)).document.details).toMatch(/1: 0 of 5 .*free, 5 leased/);
        await node.succeed({ command: "DEL", id: "c3", config: local(node, { ranges }) });
        await node.succeed(status);
        for (const id of ids)
          await node.succeed({ command: "DEL", id, config: local(node, { ranges }) });
      }
    },
  },
];

async function freed(node: CniNode, text: string): Promise<void> {
  const config = local(node);
  await node.succeed({ id: "other", config });
  const file = join(node.dataDir, "net", "10.1.2.9");
  writeFileSync(file, text);
  await node.succeed({ command: "DEL", config });
  expect(existsSync(file)).toBe(false);
  expect(leases(node)).toEqual(["10.1.2.2"]);
}
