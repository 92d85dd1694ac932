/** Results as lines for people, as JSON, and as JUnit's XML for those who collect tests. Pure. */
import { type Colour, paint } from "../paint.ts";
import type { ProbeResult, Verdict } from "./contract.ts";

const words: Readonly<Record<Verdict["kind"], string>> = {
  passed: "ok",
  failed: "FAIL",
  skipped: "skip",
};
const colours: Readonly<Record<Verdict["kind"], Colour>> = {
  passed: "green",
  failed: "red",
  skipped: "yellow",
};
const NAME_COLUMNS = 26;

/** A probe and what works when it passes. */
export function probeLine({ name, means }: Pick<ProbeResult, "name" | "means">): string {
  return `${name.padEnd(NAME_COLUMNS)} ${means}\n`;
}

/** One line; for a failure two. */
export function resultLine({ name, means, verdict }: ProbeResult, isColoured: boolean): string {
  const word = words[verdict.kind].padEnd(4);
  const mark = isColoured ? paint(colours[verdict.kind], word) : word;
  return `${mark} ${name.padEnd(NAME_COLUMNS)} ${detailOf(verdict, means)}\n`;
}

function detailOf(verdict: Verdict, means: string): string {
  switch (verdict.kind) {
    case "passed":
      return `${verdict.tookMs} ms${verdict.attempts > 1 ? `, at attempt ${verdict.attempts}` : ""}`;
    case "failed":
      return `${verdict.why}\n     (${means})`;
    case "skipped":
      return verdict.why;
  }
}

const count = (results: readonly ProbeResult[], kind: Verdict["kind"]): number =>
  results.filter(({ verdict }) => verdict.kind === kind).length;

export function summaryLine(results: readonly ProbeResult[]): string {
  return `${count(results, "passed")} passed, ${count(results, "failed")} failed, ${count(results, "skipped")} skipped\n`;
}

/** Nothing failed, and something was tried. */
export function isWell(results: readonly ProbeResult[]): boolean {
  return count(results, "failed") === 0 && count(results, "passed") > 0;
}

export function resultsJson(results: readonly ProbeResult[]): string {
  return `${JSON.stringify({ isWell: isWell(results), results }, undefined, 2)}\n`;
}

/** One suite, as the schema of Jenkins and others has it; times in seconds. */
export function junitXml(results: readonly ProbeResult[]): string {
  const cases = results.map(({ name, means, verdict }) => {
    const seconds = verdict.kind === "skipped" ? 0 : verdict.tookMs / 1000;
    const head = `  <testcase classname="connectivity" name="${escaped(name)}" time="${seconds}"`;
    if (verdict.kind === "passed") return `${head}/>\n`;
    const body =
      verdict.kind === "failed"
        ? `<failure message="${escaped(verdict.why)}">${escaped(means)}</failure>`
        : `<skipped message="${escaped(verdict.why)}"/>`;
    return `${head}>${body}</testcase>\n`;
  });
  const counts = `tests="${results.length}" failures="${count(results, "failed")}" skipped="${count(results, "skipped")}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="fairlead connectivity" ${counts}>\n${cases.join("")}</testsuite>\n`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Control characters, which XML 1.0 cannot hold, are left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, (char) => ("\n\t".includes(char) ? char : ""))
    .replaceAll(/[&<>"]/g, (char) => entities[char] ?? char);
}
