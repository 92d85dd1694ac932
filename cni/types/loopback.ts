import type { PluginType, Result } from "../contract.ts";
import { CniError } from "../errors.ts";
import type { NodeServices } from "./interface-type.ts";

const link = "lo";

/** Type `loopback`: the container's lo is up; CNI_IFNAME does not matter. */
export function loopback({ network }: NodeServices): PluginType {
  const done = async (): Promise<void> => undefined;
  return {
    name: "loopback",
    async add({ netns, configuration }): Promise<Result> {
      await network.apply([{ kind: "up", netns, link }]);
      if (configuration.prevResult !== undefined) return configuration.prevResult;
      const state = await network.linkState({ netns, link });
      return {
        interfaces: [{ name: link, mac: "00:00:00:00:00:00", sandbox: netns }],
        ips: (state?.addresses ?? []).map((address) => ({ address, interface: 0 })),
        routes: [],
        dns: {},
      };
    },
    async del({ netns, netnsIdentity }): Promise<void> {
      if (netnsIdentity === undefined) return;
      await network.apply([{ kind: "down", netns, link }]);
    },
    async check({ netns }): Promise<void> {
      const state = await network.linkState({ netns, link });
      if (state?.up !== true) throw new CniError(102, `link lo in ${netns} is down`);
    },
    gc: done,
    status: done,
  };
}
