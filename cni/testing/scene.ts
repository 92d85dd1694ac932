import type { Host, JsonObject, PluginType } from "../contract.ts";
import { isObject } from "../json.ts";
import type { NodeServices } from "../types/interface-type.ts";
import { type Answer, type Call, call, usualHost } from "./call.ts";
import { FakeNetwork } from "./fake-network.ts";

export interface Scene {
  readonly network: FakeNetwork;
  /** One call for the container, `c1` unless another is named, in a namespace of its own that is there already. */
  run(given?: Call & { readonly id?: string }): Promise<Answer>;
}

/** A plugin type over a fake node, with one configuration; a call's own keys come over it. */
export function scene(type: (services: NodeServices) => PluginType, config: JsonObject): Scene {
  const network = new FakeNetwork();
  const gone = new Set<string>();
  const host: Host = {
    ...usualHost,
    netnsIdentity: (path) => (gone.has(path) ? undefined : usualHost.netnsIdentity(path)),
  };
  const made = new Set<string>();
  return {
    network,
    run: ({ id = "c1", env, config: more, ...rest } = {}) => {
      const netns = `/run/netns/${id}`;
      if (!made.has(netns)) network.addNamespace(netns);
      made.add(netns);
      return call(async () => type({ host, network }), {
        config: { cniVersion: "1.1.0", name: "net", ...config, ...(isObject(more) ? more : {}) },
        env: { CNI_CONTAINERID: id, CNI_NETNS: netns, ...env },
        host,
        ...rest,
      });
    },
  };
}
