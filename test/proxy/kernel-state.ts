import type { Place } from "#test/topology/contract.ts";

/**
 * What the proxy's maps and sets hold, set by set in the order of text, such that two ways to one state are equal: no
 * counters and times, no order, and no number of a list or slot, which depends on what was there before. What packets
 * put into sets (session affinity) is not the proxy's and is left out; so are classes, which stay once they were needed,
 * and the sentinel, which is another after each wait.
 */
export async function kernelState(place: Place): Promise<string> {
  const sets: string[] = [];
  for (const table of ["ip fairlead", "ip6 fairlead"]) {
    const text = await place.run("nft", ["list", "table", ...table.split(" ")]);
    for (const [, kind, name, body = ""] of text.matchAll(
      /^\t(map|set) (\S+) \{\n(.*?)^\t\}$/gms,
    )) {
      if (/^\t\tflags .*dynamic/m.test(body) || /^\t\ttype classid : verdict/m.test(body)) continue;
      const [, elements = ""] = /elements = \{(.*)\}/s.exec(body) ?? [];
      const lines = elements
        .split(",")
        .map(withoutHistory)
        .filter((line) => line !== "" && !sentinel.test(line));
      sets.push(`${table} ${kind} ${name}: ${lines.length}`, ...lines.sort());
    }
  }
  return sets.join("\n");
}

const sentinel = /^10\.96\.255\.1 |^\S*96::ff01 /;

function withoutHistory(element: string): string {
  return element
    .replace(/counter packets \d+ bytes \d+/, "")
    .replace(/\b(f[0-9a-f]{3}):[0-9a-f]{1,4}\b|\b0xf[0-9a-f]{7}\b/g, "INDEX")
    .replace(/\s+/g, " ")
    .trim();
}
