/** Which cached messages a listener's workers may give. Pure. */
import type { CachedAnswers } from "../contract.ts";
import { isWithin } from "../plugins/zones.ts";
import { isSubdomain, labelCount, nameToWire } from "../wire/name.ts";
import type { CachedZone, CachePlan, DeferredZone } from "./plan.ts";
import {
  deferredZone,
  type Leading,
  leading,
  longestFirst,
  ownerOf,
  type RoutedZone,
  turnsRecords,
} from "./plan-zones.ts";

/** Undefined when workers may look into no cache. */
export function compileCaches(routes: readonly RoutedZone[]): CachePlan | undefined {
  const sources: CachedAnswers[] = [];
  const gates = new Set<SharedArrayBuffer>();
  const zones = new Map<string, CachedZone | DeferredZone>();
  for (const route of routes) {
    const cache = leading(route.block.instances, "caches");
    if (cache !== undefined) {
      if (!sources.includes(cache.source)) sources.push(cache.source);
      for (const gate of cache.gates) gates.add(gate);
      const table = sources.indexOf(cache.source);
      const owns = (name: string) => ownerOf(routes, name) === route;
      for (const [name, zone] of zonesOf(route, cache, table))
        if (owns(name)) zones.set(name, zone);
    }
    if (!zones.has(route.zone)) zones.set(route.zone, deferredZone(route.zone));
  }
  if (sources.length === 0) return undefined;
  return {
    tables: sources.map(({ table }) => table),
    zones: [...zones.values()].sort(longestFirst),
    gates: [...gates],
  };
}

/** The cache's zones as far as they lie in the route's, and the names in them that another plugin must see. */
function* zonesOf(
  route: RoutedZone,
  { source, hidden }: Leading<"caches">,
  table: number,
): Generator<[string, CachedZone | DeferredZone]> {
  const cached = new Set<string>();
  for (const zone of source.zones) {
    if (isSubdomain(zone, route.zone)) cached.add(zone);
    else if (isSubdomain(route.zone, zone)) cached.add(route.zone);
  }
  for (const name of cached) {
    const zone = isWithin(name, hidden)
      ? deferredZone(name)
      : cachedZone(name, route, source, table);
    yield [name, zone];
  }
  for (const name of hidden) if (isWithin(name, [...cached])) yield [name, deferredZone(name)];
}

function cachedZone(
  name: string,
  { server, block, counters }: RoutedZone,
  source: CachedAnswers,
  table: number,
): CachedZone {
  const { prefetch, keepTtl } = source;
  return {
    kind: "cached",
    name: nameToWire(name),
    labels: labelCount(name),
    table,
    keepTtl,
    rotate: turnsRecords(block),
    hits: source.hitCounts(server),
    counters,
    ...(prefetch === undefined ? {} : { prefetch }),
  };
}
