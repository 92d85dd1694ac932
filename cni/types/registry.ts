import type { Host, NodeNetwork, PluginType } from "../contract.ts";
import type { TypeLoader } from "../plugin/run.ts";
import type { NodeServices } from "./interface-type.ts";

/** By name, those that need the node's network; loaded one by one: what a call does not need costs its start nothing. */
const networkTypes: Readonly<
  Record<string, () => Promise<(services: NodeServices) => PluginType>>
> = {
  bridge: async () => (await import("./bridge/bridge.ts")).bridge,
  ptp: async () => (await import("./ptp/ptp.ts")).ptp,
};

/** The types there are; without a network those that do without one. */
export function typeLoader(host: Host, network?: NodeNetwork): TypeLoader {
  return async (name) => {
    if (name === "host-local") return (await import("../ipam/host-local.ts")).hostLocal(host);
    const load = Object.hasOwn(networkTypes, name) ? networkTypes[name] : undefined;
    return load === undefined || network === undefined
      ? undefined
      : (await load())({ host, network });
  };
}
