import type { Attachment, NodeNetwork, PluginRequest } from "../contract.ts";

/** Owners in the network that the runtime does not know any more: of links, rules, and leases where they are given. */
export async function staleOwners(
  { configuration }: PluginRequest,
  network: NodeNetwork,
  leased: readonly Attachment[] = [],
): Promise<readonly Attachment[]> {
  const valid = configuration.validAttachments ?? [];
  const keys = new Set(valid.map(({ containerID, ifname }) => `${containerID}:${ifname}`));
  const owners = [...(await network.owners(configuration.name)), ...leased];
  const distinct = new Map(owners.map((owner) => [`${owner.containerId}:${owner.ifname}`, owner]));
  return [...distinct].filter(([key]) => !keys.has(key)).map(([, owner]) => owner);
}

/** Does all, also after one has failed, and throws the first failure. */
export async function all(steps: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps)
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}

/** Waits for all, also after one has failed, and throws the first failure. */
export async function allAtOnce(works: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
