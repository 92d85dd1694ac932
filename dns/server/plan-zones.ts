/** What the plans of compiled answers and of caches have in common: who owns a name, and what plugins keep from workers. */
import type { FastPathEffect, LoadedBlock, PluginInstance } from "../contract.ts";
import { isSubdomain, labelCount, nameToWire } from "../wire/name.ts";
import type { DeferredZone } from "./plan.ts";

/** One listener's block for one zone. */
export interface RoutedZone {
  /** The listener's label, for example "dns://:53". */
  readonly server: string;
  /** Lower case with trailing dot. */
  readonly zone: string;
  readonly block: LoadedBlock;
  /** Row of the counters that the zone's queries go to. */
  readonly counters: number;
}

type Kind = "answers" | "caches";
type SourceOf<K extends Kind> = Extract<FastPathEffect, { readonly kind: K }>["source"];

/** The first plugin of its kind in a chain, with what plugins before it keep from the workers. */
export interface Leading<K extends Kind> {
  readonly source: SourceOf<K>;
  /** Queries for these names, and names below them, belong to a plugin before it. */
  readonly hidden: readonly string[];
  readonly gates: readonly SharedArrayBuffer[];
}

/**
 * The first plugin of that kind, when no plugin before it must see every query. Compiled answers are looked for behind
 * a cache as well: they are as fresh as what the cache would keep of them, and so are cached messages behind them.
 */
export function leading<K extends Kind>(
  instances: readonly PluginInstance[],
  kind: K,
): Leading<K> | undefined {
  const hidden: string[] = [];
  const gates: SharedArrayBuffer[] = [];
  for (const { fastPath } of instances) {
    // The kind says what the source is.
    if (fastPath.kind === kind) return { source: fastPath.source as SourceOf<K>, hidden, gates };
    if (fastPath.kind !== "needs-query") continue;
    if (fastPath.zones === undefined) return undefined;
    hidden.push(...fastPath.zones);
    if (fastPath.everything !== undefined) gates.push(fastPath.everything);
  }
  return undefined;
}

/** The route that queries for the name take: the one with the longest zone. */
export const ownerOf = (routes: readonly RoutedZone[], name: string): RoutedZone | undefined =>
  routes
    .filter(({ zone }) => isSubdomain(name, zone))
    .toSorted((left, right) => labelCount(right.zone) - labelCount(left.zone))[0];

export const longestFirst = (left: { labels: number }, right: { labels: number }): number =>
  right.labels - left.labels;

export const deferredZone = (name: string): DeferredZone => ({
  kind: "deferred",
  name: nameToWire(name),
  labels: labelCount(name),
});

/** Whether the block spreads the order of equal records over queries. */
export const turnsRecords = ({ instances }: LoadedBlock): boolean =>
  instances.some(({ name }) => name === "loadbalance");
