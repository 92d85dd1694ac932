import type { NodeNetwork } from "../../contract.ts";

/** How long one call's kernel work took, by what it was for. */
export interface KernelTimes {
  linksMs: number;
  rulesMs: number;
  /** With one or the other, or both. */
  eitherMs: number;
}

/** The network for one call, whose work is added to `times`. */
export function timedNetwork(network: NodeNetwork, times: KernelTimes): NodeNetwork {
  let underWay = 0;
  let busySinceMs = 0;
  const timed = async <Value>(
    key: "linksMs" | "rulesMs",
    work: () => Promise<Value>,
  ): Promise<Value> => {
    const startedMs = performance.now();
    if (underWay === 0) busySinceMs = startedMs;
    underWay += 1;
    try {
      return await work();
    } finally {
      const endedMs = performance.now();
      underWay -= 1;
      times[key] += endedMs - startedMs;
      if (underWay === 0) times.eitherMs += endedMs - busySinceMs;
    }
  };
  return {
    apply: (changes) => timed("linksMs", () => network.apply(changes)),
    linkState: (place) => timed("linksMs", () => network.linkState(place)),
    linkHead: (place) => timed("linksMs", () => network.linkHead(place)),
    linkFacts: (place) => timed("linksMs", () => network.linkFacts(place)),
    hasLink: (place) => timed("linksMs", () => network.hasLink(place)),
    addresses: (place, family) => timed("linksMs", () => network.addresses(place, family)),
    sysctl: (key, netns) => timed("linksMs", () => network.sysctl(key, netns)),
    isPortHeld: (port) => timed("rulesMs", () => network.isPortHeld(port)),
    setRules: (owner, rules) => timed("rulesMs", () => network.setRules(owner, rules)),
    hasRules: (owner, kind) => timed("rulesMs", () => network.hasRules(owner, kind)),
    removeRules: (owner, kinds) => timed("rulesMs", () => network.removeRules(owner, kinds)),
    owners: (name) => timed("rulesMs", () => network.owners(name)),
  };
}
