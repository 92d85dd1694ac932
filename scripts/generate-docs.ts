/** Writes docs/reference/ from the code: `make docs`. A test compares the files with what this would write. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCatalogue } from "#observe/error-catalogue.ts";

const areas: Readonly<Record<string, string>> = {
  A: "the embedded API server",
  C: "cluster state",
  D: "DNS",
  L: "the kernel",
  U: "the command line",
};

/** Path and text of every generated document. */
export function generatedDocuments(): Map<string, string> {
  return new Map([["docs/reference/errors.md", errorsDocument()]]);
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
  for (const [path, text] of generatedDocuments())
    writeFileSync(join(import.meta.dirname, "..", path), text);
}
