import type { NodeNetwork } from "../../contract.ts";

/** How long one call's kernel work took, by what it was for. */
export interface KernelTimes {
  linksMs: number;
  rulesMs: number;
}

/** The network for one call, whose work is added to `times`. */
export function timedNetwork(network: NodeNetwork, times: KernelTimes): NodeNetwork {
  const timed = async <Value>(
    key: keyof KernelTimes,
    work: () => Promise<Value>,
  ): Promise<Value> => {
    const startedMs = performance.now();
    try {
      return await work();
    } finally {
      times[key] += performance.now() - startedMs;
    }
  };
  return {
    apply: (changes) => timed("linksMs", () => network.apply(changes)),
    linkState: (place) => timed("linksMs", () => network.linkState(place)),
    linkHead: (place) => timed("linksMs", () => network.linkHead(place)),
    addresses: (place) => timed("linksMs", () => network.addresses(place)),
    sysctl: (key, netns) => timed("linksMs", () => network.sysctl(key, netns)),
    isPortHeld: (port) => timed("rulesMs", () => network.isPortHeld(port)),
    setRules: (owner, rules) => timed("rulesMs", () => network.setRules(owner, rules)),
    hasRules: (owner, kind) => timed("rulesMs", () => network.hasRules(owner, kind)),
    removeRules: (owner, kinds) => timed("rulesMs", () => network.removeRules(owner, kinds)),
    owners: (name) => timed("rulesMs", () => network.owners(name)),
  };
}
