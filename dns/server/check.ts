/** What a Corefile would serve, without serving it. */
import type { Logger } from "#observe/contract.ts";
import { createMetricsRegistry } from "#observe/metrics.ts";
import type { LoadedBlock } from "../contract.ts";
import type { Corefile } from "../corefile/contract.ts";
import { nameFromWire } from "../wire/name.ts";
import { Configuration } from "./configuration.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { KeptResources } from "./kept.ts";
import { onceByKey } from "./once.ts";
import { compilePlan } from "./plan-compiler.ts";
import { ownerOf } from "./plan-zones.ts";

/**
 * Sets every plugin up and starts none: no address is opened, no upstream asked.
 * @returns a line for each server block: zones, listeners, plugins in the order queries pass them, and which names the
 *   workers answer by themselves
 * @throws CorefileErrors
 */
export async function checkCorefile(corefile: Corefile, logger: Logger): Promise<string[]> {
  const configuration = new Configuration(corefile, {
    logger,
    metrics: createMetricsRegistry(),
    once: onceByKey(),
    kept: new KeptResources(),
    onFatal: () => {},
    isServing: () => false,
    refresh: async () => {},
    hosts: [""],
    clusterState: () => undefined,
  });
  try {
    return describeBlocks(configuration.blocks);
  } finally {
    await configuration.close();
  }
}

function describeBlocks(blocks: readonly LoadedBlock[]): string[] {
  const endpoints = endpointsOf(blocks, () => 0);
  return blocks.map((block) => {
    const servers = [...new Set(block.served.map(({ server }) => server))];
    const plugins = block.instances.map(({ name }) => name);
    const fast = endpoints.map((endpoint) => fastNames(endpoint, block));
    return [
      `${block.zones.join(" ")} on ${servers.join(" ")}`,
      `plugins: ${listed(plugins)}`,
      `compiled: ${listed(fast.flatMap(({ compiled }) => compiled))}`,
      `cached: ${listed(fast.flatMap(({ cached }) => cached))}`,
    ].join("; ");
  });
}

/** Zones of the block that workers answer from compiled answers, and from the cache. */
function fastNames({ routes }: Endpoint, block: LoadedBlock) {
  const { zones, caches } = compilePlan(routes);
  const owned = (kind: string, planned: readonly { kind: string; name: Uint8Array }[]) =>
    planned
      .filter((zone) => zone.kind === kind)
      .map(({ name }) => nameFromWire(name))
      .filter((name) => ownerOf(routes, name)?.block === block);
  return { compiled: owned("compiled", zones), cached: owned("cached", caches?.zones ?? []) };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...new Set(names)].join(" ");
}
