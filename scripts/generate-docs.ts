/** Writes docs/reference/ from the code: `make docs`. A test compares the files with what this would write. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCatalogue } from "#observe/error-catalogue.ts";
import { differences } from "#test/conformance/differences.ts";
import { cases } from "#test/corefile/cases.ts";
import { commandsDocument } from "./docs/commands.ts";
import { doctorDocument } from "./docs/doctor.ts";
import { metricsDocument } from "./docs/metrics.ts";
import { valuesDocument } from "./docs/values.ts";

const areas: Readonly<Record<string, string>> = {
  A: "the embedded API server",
  C: "cluster state",
  D: "DNS",
  L: "the kernel",
  N: "container networks (CNI)",
  P: "the Service proxy",
  U: "the command line",
};

/** Path and text of every generated document. */
export async function generatedDocuments(): Promise<Map<string, string>> {
  return new Map([
    ["docs/reference/commands.md", commandsDocument()],
    ["docs/reference/doctor.md", doctorDocument()],
    ["docs/reference/metrics.md", await metricsDocument()],
    ["docs/reference/errors.md", errorsDocument()],
    ["docs/reference/values-fairlead-dns.md", valuesDocument("fairlead-dns")],
    ["docs/differences-from-coredns.md", differencesDocument()],
  ]);
}

function differencesDocument(): string {
  const rows = differences().map((row) => {
    const cells = [row.row, row.question, row.coredns, row.fairlead, row.why].map(escapeCell);
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "# Differences from CoreDNS",
    "",
    "Generated from the conformance table (`test/conformance/cases`) by `make docs`. Every other row of the table holds on",
    "CoreDNS 1.14.7 and on Fairlead alike; these differ on purpose. `@` is `cluster.local.`, `$` is",
    "`testns.svc.cluster.local.`, and the word in parentheses names a server block of `test/conformance/corefile.ts`.",
    "",
    "What differs beyond single answers:",
    "",
    "- Answers are compressed whenever that makes them shorter; CoreDNS compresses those that would not fit.",
    "- Admission control is on: work in flight is bounded, in all and per client.",
    "- `loadbalance` is compiled into the answers, with the same effect.",
    "",
    "| row | question | CoreDNS | Fairlead | why |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "Corefiles are read alike (`test/corefile`), but for these:",
    "",
    "| Corefile | CoreDNS | Fairlead | why |",
    "|---|---|---|---|",
    ...corefileRows(),
    "",
    "A reload keeps every listener whose address stays, and fails as a whole or not at all; CoreDNS may lose the listeners of",
    "health and prometheus. `coredns_reload_version_info` tells of the Corefile in force, not of the one tried last.",
    "",
  ].join("\n");
}

function corefileRows(): string[] {
  return cases.flatMap(({ name, coredns, fairlead }) => {
    if (fairlead === undefined) return [];
    const cells = [name, coredns, fairlead.does, fairlead.because].map(escapeCell);
    return [`| ${cells.join(" | ")} |`];
  });
}

function errorsDocument(): string {
  const rows = Object.entries(errorCatalogue)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([code, { title, remedy }]) => `| ${code} | ${title} | ${escapeCell(remedy)} |`);
  const letters = Object.entries(areas).map(([letter, area]) => `${letter} ${area}`);
  return [
    "# Error codes",
    "",
    "Generated from `observe/error-catalogue.ts` by `make docs`. A code is stable and never used twice.",
    `The letter names the area: ${letters.join(", ")}.`,
    "",
    "| code | what happened | what to do |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) {
  for (const [path, text] of await generatedDocuments())
    writeFileSync(join(import.meta.dirname, "..", path), text);
}
