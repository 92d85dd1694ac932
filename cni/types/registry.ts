import type { Host, NodeNetwork, PluginType } from "../contract.ts";
import type { TypeLoader } from "../plugin/run.ts";
import type { NodeServices } from "./interface-type.ts";

/** By name, those that need the node's network; loaded one by one: what a call does not need costs its start nothing. */
const networkTypes: Readonly<
  Record<string, () => Promise<(services: NodeServices) => PluginType>>
> = {
  bandwidth: async () => (await import("./bandwidth/bandwidth.ts")).bandwidth,
  bridge: async () => (await import("./bridge/bridge.ts")).bridge,
  fairlead: async () => (await import("./fairlead.ts")).fairlead,
  firewall: async () => (await import("./firewall.ts")).firewall,
  loopback: async () => (await import("./loopback.ts")).loopback,
  portmap: async () => (await import("./portmap/portmap.ts")).portmap,
  ptp: async () => (await import("./ptp/ptp.ts")).ptp,
  tuning: async () => (await import("./tuning/tuning.ts")).tuning,
};

/** The types there are; the network is opened for those that need it. */
export function typeLoader(host: Host, openNetwork: () => Promise<NodeNetwork>): TypeLoader {
  return async (name) => {
    if (name === "host-local") return (await import("../ipam/host-local.ts")).hostLocal(host);
    const load = Object.hasOwn(networkTypes, name) ? networkTypes[name] : undefined;
    if (load === undefined) return undefined;
    const [type, network] = await Promise.all([load(), openNetwork()]);
    return type({ host, network });
  };
}
