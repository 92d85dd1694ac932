import type { PluginRequest, PluginType, Result } from "../contract.ts";
import { bandwidth } from "./bandwidth/bandwidth.ts";
import { readBandwidth } from "./bandwidth/options.ts";
import { bridgeMaker } from "./bridge/bridge.ts";
import type { BridgeDefaults } from "./bridge/options.ts";
import { interfaceType, type NodeServices } from "./interface-type.ts";
import { all } from "./owners.ts";
import { readPortmapOptions } from "./portmap/options.ts";
import { portmap, refuseHeldPorts } from "./portmap/portmap.ts";

/** A pod reaches its own Service (hairpin), and the agent masquerades, who knows the cluster's addresses. */
const defaults: BridgeDefaults = {
  bridge: "cni0",
  isGateway: true,
  isDefaultGateway: true,
  ipMasq: false,
  hairpinMode: true,
};

/** Type `fairlead`: bridge, addresses, host ports and bandwidth in one call. */
export function fairlead(services: NodeServices): PluginType {
  const link = interfaceType(bridgeMaker("fairlead", defaults, services), services);
  const chained = [portmap(services), bandwidth(services)];
  const types = [link, ...chained];
  const del = (request: PluginRequest): Promise<void> =>
    all(types.toReversed().map((type) => () => type.del(request)));
  return {
    name: "fairlead",
    async add(request): Promise<Result> {
      // All options before the first step.
      readPortmapOptions(request);
      readBandwidth(request);
      let result = await link.add(request);
      try {
        await refuseHeldPorts(services, request, result);
        for (const type of chained) result = await type.add(following(request, result));
        return result;
      } catch (error) {
        await del(request).catch(() => undefined);
        throw error;
      }
    },
    del,
    async check(request): Promise<void> {
      for (const type of types) await type.check(request);
    },
    gc: (request) => all(types.map((type) => () => type.gc(request))),
    async status(request): Promise<void> {
      for (const type of types) await type.status(request);
    },
  };
}

function following(request: PluginRequest, prevResult: Result): PluginRequest {
  return { ...request, configuration: { ...request.configuration, prevResult } };
}
