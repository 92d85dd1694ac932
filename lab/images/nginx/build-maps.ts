import type { Directive, Template, VariableMap } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { regex } from "./regex.ts";
import { templateOf } from "./template.ts";

/** `map $source $name { key value; ~pattern value; default value; }`, by name. */
export function buildMaps(maps: readonly Directive[]): ReadonlyMap<string, VariableMap> {
  return new Map(maps.map((map) => [nameOf(map), buildMap(map)]));
}

function nameOf(map: Directive): string {
  const [, target = ""] = map.args;
  if (!target.startsWith("$")) throw Emergency.at(map, `invalid variable name "${target}"`);
  return target.slice(1);
}

function buildMap({ args, block = [] }: Directive): VariableMap {
  const exact = new Map<string, Template>();
  const patterns: { readonly pattern: RegExp; readonly value: Template }[] = [];
  let fallback = templateOf("");
  for (const row of block) {
    const [text, ...more] = row.args;
    if (text === undefined || more.length > 0)
      throw Emergency.at(row, "invalid number of the map parameters");
    const value = templateOf(text);
    const [, sign, pattern] = /^(~\*?)(.*)$/s.exec(row.name) ?? [];
    if (row.name === "default") fallback = value;
    else if (pattern !== undefined)
      patterns.push({ pattern: regex(pattern, sign === "~*" ? "i" : "", row), value });
    else if (/^(?:hostnames|volatile|include)$/.test(row.name))
      throw Emergency.at(row, `the lab's stand-in for nginx has no "${row.name}" in maps`);
    else exact.set(row.name.replace(/^\\/, "").toLowerCase(), value);
  }
  return { source: templateOf(args[0] ?? ""), exact, patterns, fallback };
}
