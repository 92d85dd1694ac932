/** From loaded server blocks to what each listener's workers may answer. Pure. */
import type { CompiledAnswers, LoadedBlock, PluginInstance } from "../contract.ts";
import { isSubdomain, labelCount, nameToWire } from "../wire/name.ts";
import type { CompiledZone, DeferredZone, FastPlan } from "./plan.ts";

/** One listener's block for one zone. */
export interface RoutedZone {
  /** Lower case with trailing dot. */
  readonly zone: string;
  readonly block: LoadedBlock;
  /** Row of the counters that the zone's queries go to. */
  readonly counters: number;
}

/** The first compiled answers of a chain, with what plugins before them keep from the workers. */
interface LeadingAnswers {
  readonly source: CompiledAnswers;
  /** Queries for these names, and names below them, belong to a plugin before the answers. */
  readonly hidden: readonly string[];
  readonly gates: readonly SharedArrayBuffer[];
}

/** The compiled answers before which no plugin must see every query. */
function leadingAnswers(instances: readonly PluginInstance[]): LeadingAnswers | undefined {
  const hidden: string[] = [];
  const gates: SharedArrayBuffer[] = [];
  for (const { fastPath } of instances) {
    if (fastPath.kind === "answers") return { source: fastPath.source, hidden, gates };
    if (fastPath.kind === "transparent") continue;
    if (fastPath.zones === undefined) return undefined;
    hidden.push(...fastPath.zones);
    if (fastPath.everything !== undefined) gates.push(fastPath.everything);
  }
  return undefined;
}

const longestFirst = (left: { labels: number }, right: { labels: number }): number =>
  right.labels - left.labels;

const ownerOf = (routes: readonly RoutedZone[], name: string): RoutedZone | undefined =>
  routes
    .filter(({ zone }) => isSubdomain(name, zone))
    .toSorted((left, right) => labelCount(right.zone) - labelCount(left.zone))[0];

interface NamedZone {
  readonly text: string;
  readonly zone: CompiledZone | DeferredZone;
}

export function compilePlan(routes: readonly RoutedZone[]): FastPlan {
  const sources: CompiledAnswers[] = [];
  const named: NamedZone[] = [];
  /** Which text each table's zones have, to find their place once sorted. */
  const textsOfTable: string[][] = [];
  const gates = new Set<SharedArrayBuffer>();
  for (const route of routes) {
    const leading = leadingAnswers(route.block.instances);
    if (leading === undefined) continue;
    const { source, hidden } = leading;
    for (const gate of leading.gates) gates.add(gate);
    let table = sources.indexOf(source);
    if (table < 0) {
      table = sources.push(source) - 1;
      textsOfTable.push(source.zones.map(({ name }) => name));
    }
    for (const { name, ...zone } of source.zones) {
      if (ownerOf(routes, name) !== route || !isSubdomain(name, route.zone)) continue;
      if (isWithin(name, hidden)) {
        named.push(deferred(name));
        continue;
      }
      named.push({
        text: name,
        zone: {
          ...zone,
          kind: "compiled",
          name: nameToWire(name),
          labels: labelCount(name),
          table,
          rotate: route.block.instances.some((instance) => instance.name === "loadbalance"),
          counters: route.counters,
        },
      });
    }
    const compiled = source.zones.map(({ name }) => name);
    for (const name of new Set(hidden)) {
      if (!isWithin(name, compiled) || named.some(({ text }) => text === name)) continue;
      if (ownerOf(routes, name) === route) named.push(deferred(name));
    }
  }
  for (const { zone } of routes) {
    if (!named.some(({ text }) => text === zone)) named.push(deferred(zone));
  }
  named.sort((left, right) => longestFirst(left.zone, right.zone));
  return {
    tables: sources.map(({ table }) => table),
    zones: named.map(({ zone }) => zone),
    zonesOfTable: textsOfTable.map((texts) =>
      texts.map((text) => named.findIndex((entry) => entry.text === text)),
    ),
    caches: [],
    lookupFirst: sources.length === 1 && everyEntryVisible(named, textsOfTable[0] ?? []),
    gates: [...gates],
  };
}

const isWithin = (name: string, zones: readonly string[]): boolean =>
  zones.some((zone) => isSubdomain(name, zone));

const deferred = (text: string): NamedZone => ({
  text,
  zone: { kind: "deferred", name: nameToWire(text), labels: labelCount(text) },
});

/** True when no block hides part of the only table, so that an entry found is an entry that may be given. */
function everyEntryVisible(named: readonly NamedZone[], texts: readonly string[]): boolean {
  const compiled = named.filter(({ zone }) => zone.kind === "compiled").map(({ text }) => text);
  if (texts.some((text) => !compiled.includes(text))) return false;
  return !named.some(
    ({ text, zone }) =>
      zone.kind === "deferred" && compiled.some((parent) => isSubdomain(text, parent)),
  );
}
