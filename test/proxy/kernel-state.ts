import type { Place } from "#test/topology/contract.ts";

/** Sets that grow by what has ever been asked for, as chains do: they say how, not what. */
const notState = new Set(["classes", "guarded_classes", "endings"]);

/**
 * What the proxy's maps and sets hold, set by set in the order of text, such that two ways to one state are equal: no
 * counters and times, no order, no number of a list or slot, which depends on what was there before, and the name of
 * the chain in place of its number. What packets put into sets (session affinity) is not the proxy's and is left out,
 * and so is what has been made for `ignored`.
 */
export async function kernelState(place: Pick<Place, "run">, ignored: RegExp): Promise<string> {
  const states: string[] = [];
  for (const family of ["ip", "ip6"]) {
    const text = await place.run("nft", ["list", "table", family, "fairlead"]);
    const sets = setsOf(text);
    const chains = new Map(
      ["classes", "endings"].flatMap((name) => sets.get(name) ?? []).map(chainOf),
    );
    for (const [name, elements] of sets) {
      if (notState.has(name)) continue;
      const lines = elements
        .filter((element) => !ignored.test(element))
        .map((element) => withoutHistory(element, chains));
      states.push(`${family} ${name}: ${lines.length}`, ...lines.sort());
    }
  }
  return states.join("\n");
}

function setsOf(text: string): Map<string, readonly string[]> {
  const sets = new Map<string, readonly string[]>();
  for (const [, name = "", body = ""] of text.matchAll(/^\t(?:map|set) (\S+) \{\n(.*?)^\t\}$/gms)) {
    if (/^\t\tflags .*dynamic/m.test(body)) continue;
    const [, elements = ""] = /elements = \{(.*)\}/s.exec(body) ?? [];
    const lines = elements.split(",").map((element) => element.replace(/\s+/g, " ").trim());
    sets.set(
      name,
      lines.filter((line) => line !== ""),
    );
  }
  return sets;
}

function chainOf(element: string): readonly [number: string, chain: string] {
  const [number = "", chain = ""] = element.split(" : ");
  return [number, chain];
}

function withoutHistory(element: string, chains: ReadonlyMap<string, string>): string {
  return element
    .replace(/ counter packets \d+ bytes \d+/, "")
    .replace(/\bf[0-9a-f]{3}:[0-9a-f]{1,4}\b/g, (number) => chains.get(number) ?? "INDEX");
}
