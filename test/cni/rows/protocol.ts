import { expect } from "vitest";
import type { Row } from "../contract.ts";
import { bridge, leases, refused } from "../words.ts";

const versions = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

/** Rows 35 to 43: environment, configuration and versions. */
export const protocolRows: readonly Row[] = [
  {
    number: 35,
    title: "variables that are missing are named, all of them",
    async play(node) {
      const config = bridge(node);
      for (const name of ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME"])
        await refused(node, { config, env: { [name]: undefined } }, 4, new RegExp(name));
      const env = { CNI_CONTAINERID: undefined, CNI_IFNAME: undefined };
      await refused(
        node,
        { config, env },
        4,
        /CNI_CONTAINERID.*CNI_IFNAME|CNI_IFNAME.*CNI_CONTAINERID/,
      );
    },
  },
  {
    number: 36,
    title: "names that no interface can have",
    async play(node) {
      for (const ifname of ["eth0123456789abc", ".", "..", "a/b", "a:b", "a b"])
        await refused(node, { config: bridge(node), ifname }, 4, /interface/i);
    },
  },
  {
    number: 37,
    title: "characters that no container ID has",
    async play(node) {
      const env = { CNI_CONTAINERID: "some-%%container-id" };
      await refused(node, { config: bridge(node), env }, 4, /invalid characters in containerID/);
    },
  },
  {
    number: 38,
    title: "a configuration that is no JSON, has no name, or one that no file could have",
    async play(node) {
      await refused(node, { config: "{" }, 6, /./);
      await refused(node, { config: { ...bridge(node), name: "" } }, 7, /name/);
      await refused(node, { config: { ...bridge(node), name: "a/b" } }, 7, /name/);
    },
  },
  {
    number: 39,
    title: "no cniVersion is 0.1.0",
    async play(node) {
      const config = JSON.stringify({ name: "net", ...bridge(node) });
      const result = await node.succeed({ config });
      expect(result).toMatchObject({ ip4: { ip: "10.1.2.2/24" } });
    },
  },
  {
    number: 40,
    title: "a cniVersion of the future",
    async play(node) {
      const call = { config: { ...bridge(node), cniVersion: "9.9.9" } };
      await refused(node, call, 1, /incompatible/);
      expect((await node.cni(call)).document.details).toMatch(/9\.9\.9/);
    },
  },
  {
    number: 41,
    title: "commands that the configuration's version does not have",
    referenceDiffers: "has no GC and STATUS in 1.1.1",
    async play(node) {
      const of = (command: string, cniVersion: string) => {
        return { command, config: { ...bridge(node), cniVersion } };
      };
      await refused(node, of("CHECK", "0.3.1"), 1, /config version does not allow CHECK/);
      await refused(node, of("GC", "1.0.0"), 1, /config version does not allow GC/);
      await refused(node, of("STATUS", "1.0.0"), 1, /config version does not allow STATUS/);
    },
  },
  {
    number: 42,
    title: "VERSION needs no configuration",
    referenceDiffers: "knows no 1.1.0 in 1.1.1, and wants a configuration",
    async play(node) {
      const { supportedVersions } = await node.succeed({ command: "VERSION", config: "" });
      expect(supportedVersions).toEqual(versions);
    },
  },
  {
    number: 43,
    title: "the container's namespace is not the plugin's own",
    referenceDiffers: "does not look in 1.1.1",
    async play(node) {
      const config = { ...bridge(node), type: "host-local" };
      const call = { config, netns: node.ownNetns };
      await refused(node, call, 8, /netns/);
      expect(leases(node)).toEqual([]);
      await node.succeed({ ...call, env: { CNI_NETNS_OVERRIDE: "1" } });
    },
  },
];
