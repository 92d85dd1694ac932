import { paint } from "../paint.ts";
import type { Report } from "./contract.ts";

type Row = Report["findings"][number];

/** Everything is well, or was mended. */
export function isWell({ findings }: Report): boolean {
  return findings.every(({ outcome }) => outcome?.kind === "mended");
}

/** For people; the lines are as long as their sentences, for the caller to wrap. */
export function reportText(report: Report): string {
  return [summary(report), ...report.findings.map(rowText)].join("\n");
}

export function reportJson(report: Report): string {
  return `${JSON.stringify({ ...report, isWell: isWell(report) }, undefined, 2)}\n`;
}

function summary({ counted, findings }: Report): string {
  const { leases, links, rules, cacheEntries, namespaces, pendingDels } = counted;
  const looked = [
    several(leases, "lease"),
    several(links, "link"),
    `rules of ${several(rules, "container")}`,
    several(namespaces, "namespace"),
    cacheEntries === undefined ? "no runtime cache" : several(cacheEntries, "runtime cache entry"),
    several(pendingDels, "pending DEL"),
  ].join(", ");
  const mended = findings.filter(({ outcome }) => outcome?.kind === "mended").length;
  const isTried = findings.some(({ outcome }) => outcome !== undefined);
  const found =
    findings.length === 0
      ? "nothing found"
      : `${findings.length} found${isTried ? `, ${mended} mended` : ""}`;
  return `${found} (${looked})\n`;
}

function several(count: number, what: string): string {
  return `${count} ${count === 1 ? what : what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`}`;
}

function rowText({ name, object, pod, why, remedy, fix, outcome }: Row): string {
  const whose = pod === undefined ? "" : ` (pod ${pod})`;
  const what =
    outcome === undefined
      ? `mend: ${remedy}${fix === undefined ? "" : " (-fix does it)"}`
      : outcome.kind === "mended"
        ? "mended"
        : `left: ${outcome.why}; ${remedy}`;
  return `${name} ${object}\n  ${shortened(why)}${whose}\n  ${what}\n`;
}

/** Container IDs as people know them; the object's line has them whole. */
function shortened(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/g, "$1…");
}

/** For a terminal: what is found stands out, and what became of it. */
export function coloured(text: string): string {
  return text
    .replaceAll(/^[a-z]+(?:-[a-z]+)+(?= |$)/gm, (name) => paint("red", name))
    .replaceAll(/^ {2}mended$/gm, (word) => paint("green", word))
    .replaceAll(/^ {2}(?:mend|left):/gm, (word) => paint("yellow", word));
}
