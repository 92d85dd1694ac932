import type { Host, NodeNetwork, PluginType } from "../contract.ts";
import type { TypeLoader } from "../plugin/run.ts";
import type { NodeServices } from "./interface-type.ts";

type MakeType = (services: NodeServices) => PluginType;

/** By name, those that need the node's network; loaded one by one: what a call does not need costs its start nothing. */
const networkTypes: ReadonlyMap<string, () => Promise<MakeType>> = new Map(
  Object.entries({
    bandwidth: async () => (await import("./bandwidth/bandwidth.ts")).bandwidth,
    bridge: async () => (await import("./bridge/bridge.ts")).bridge,
    fairlead: async () => (await import("./fairlead.ts")).fairlead,
    firewall: async () => (await import("./firewall.ts")).firewall,
    loopback: async () => (await import("./loopback.ts")).loopback,
    portmap: async () => (await import("./portmap/portmap.ts")).portmap,
    ptp: async () => (await import("./ptp/ptp.ts")).ptp,
    tuning: async () => (await import("./tuning/tuning.ts")).tuning,
  }),
);

/** For processes of many calls: an import() takes a while, also of what is there. */
const loaded = new Map<string, MakeType>();

/** The types there are; the network is opened for those that need it. */
export function typeLoader(host: Host, openNetwork: () => Promise<NodeNetwork>): TypeLoader {
  return async (name) => {
    if (name === "host-local") return (await import("../ipam/host-local.ts")).hostLocal(host);
    const make = loaded.get(name) ?? (await networkTypes.get(name)?.());
    if (make === undefined) return undefined;
    loaded.set(name, make);
    return make({ host, network: await openNetwork() });
  };
}
