import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Fills a template in: `@name@` stands for the value of that name. @throws Error for a name without a value */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@(\w+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the manifests name @${name}@, which has no value`);
    return value;
  });
}

/** The cluster's own objects, file by file. */
export function renderManifests(
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".yaml"));
  return new Map(
    names.sort().map((name) => {
      const text = readFileSync(join(import.meta.dirname, name), "utf8");
      return [name, fillIn(text, values)];
    }),
  );
}
