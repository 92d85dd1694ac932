/** From loaded server blocks to what each listener's workers may answer. Pure. */
import type { CompiledAnswers } from "../contract.ts";
import { isWithin } from "../plugins/zones.ts";
import { isSubdomain, labelCount, nameToWire } from "../wire/name.ts";
import { compileCaches } from "./cache-plan.ts";
import type { CompiledZone, DeferredZone, FastPlan } from "./plan.ts";
import {
  deferredZone,
  leading,
  longestFirst,
  ownerOf,
  type RoutedZone,
  turnsRecords,
} from "./plan-zones.ts";

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
    const answers = leading(route.block.instances, "answers");
    if (answers === undefined) continue;
    const { source, hidden } = answers;
    for (const gate of answers.gates) gates.add(gate);
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
          rotate: turnsRecords(route.block),
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
  const caches = compileCaches(routes);
  return {
    tables: sources.map(({ table }) => table),
    zones: named.map(({ zone }) => zone),
    zonesOfTable: textsOfTable.map((texts) =>
      texts.map((text) => named.findIndex((entry) => entry.text === text)),
    ),
    ...(caches === undefined ? {} : { caches }),
    lookupFirst: sources.length === 1 && everyEntryVisible(named, textsOfTable[0] ?? []),
    gates: [...gates],
  };
}

const deferred = (text: string): NamedZone => ({ text, zone: deferredZone(text) });

/** True when no block hides part of the only table, so that an entry found is an entry that may be given. */
function everyEntryVisible(named: readonly NamedZone[], texts: readonly string[]): boolean {
  const compiled = named.filter(({ zone }) => zone.kind === "compiled").map(({ text }) => text);
  if (texts.some((text) => !compiled.includes(text))) return false;
  return !named.some(
    ({ text, zone }) =>
      zone.kind === "deferred" && compiled.some((parent) => isSubdomain(text, parent)),
  );
}
