import type { Directive, Scope } from "./contract.ts";

export function scopeOf(directives: readonly Directive[], parent: Scope | undefined): Scope {
  return { own: Map.groupBy(directives, ({ name }) => name), parent };
}

/** Directives of that name in the innermost block that has any: an inner one takes the place of all outer ones. */
export function directivesOf(scope: Scope, name: string): readonly Directive[] {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.own.get(name);
    if (found !== undefined) return found;
  }
  return [];
}

/** The first argument of a directive that there is one of. */
export function firstOf(scope: Scope, name: string): string | undefined {
  return directivesOf(scope, name)[0]?.args[0];
}

export function isOn(scope: Scope, name: string, otherwise: boolean): boolean {
  const value = firstOf(scope, name);
  return value === undefined ? otherwise : value === "on";
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  "": 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time of nginx in milliseconds: "60", "60s", "1m30s", "500ms"; undefined when it is none. */
export function timeMs(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhd])?\s*)+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|[smhd])?/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (unitsMs[unit] ?? 0),
    0,
  );
}

/** A size in bytes: "1m", "16k", "0"; undefined when it is none. */
export function sizeBytes(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d+)([kmg]?)$/i.exec(text) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * 1024 ** " kmg".indexOf(unit === "" ? " " : unit.toLowerCase());
}
