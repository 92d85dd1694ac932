import type { Environment, ResultStore, ScenarioResult, Series, Suite } from "./contract.ts";
import { median, medianInterval, pairedRatio } from "./stats.ts";
import { findSeries, judge } from "./targets.ts";

/** A number as tables show it: three significant digits, and no exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return Math.round(value).toLocaleString("en-US");
  return magnitude === 0 ? "0" : value.toFixed(magnitude >= 10 ? 1 : 2);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function formatInterval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `[${formatNumber(low)}, ${formatNumber(high)}]`;
}

function ratioCell(result: ScenarioResult, series: Series): string {
  if (result.reference === undefined) return "";
  const reference = findSeries(result, result.reference, series.metric);
  if (reference === undefined || reference === series) return "";
  const ratio = pairedRatio(series.samples, reference.samples);
  return ratio.pairs === 0 ? "" : `${formatNumber(ratio.median)} ${formatInterval(ratio)}`;
}

function targetCell(result: ScenarioResult, series: Series): string {
  const own = result.targets.filter(
    ({ contestant, metric }) => contestant === series.contestant && metric === series.metric,
  );
  return own
    .flatMap((target) => judge(target, result) ?? [])
    .map(
      ({ goal, measured, met }) =>
        `${goal}: ${met ? "met" : "**missed**"} (${formatNumber(measured)})`,
    )
    .join("; ");
}

/** One scenario as a Markdown section: metrics in order of appearance, the contestants below one another. */
export function renderScenario(result: ScenarioResult, suite: string): string {
  const metrics = [...new Set(result.series.map(({ metric }) => metric))];
  const rows = metrics.flatMap((metric) =>
    result.series
      .filter((series) => series.metric === metric)
      .map((series) =>
        row([
          metric,
          series.contestant,
          `${formatNumber(median(series.samples))} ${series.unit}`,
          formatInterval(medianInterval(series.samples)),
          ratioCell(result, series),
          targetCell(result, series),
        ]),
      ),
  );
  const ratioHead =
    result.reference === undefined ? "ratio" : `ratio to ${result.reference} (95 %)`;
  return [
    `### ${result.scenario}: ${result.title}`,
    "",
    `${measuredText(result)}. Again: \`bin/fairlead bench ${suite} --only ${result.scenario}\``,
    "",
    ...result.notes.flatMap((note) => [note, ""]),
    row(["metric", "server", "median", "95 %", ratioHead, "target"]),
    row(["---", "---", "---:", "---", "---", "---"]),
    ...rows,
    "",
  ].join("\n");
}

function measuredText({ measuredAt, rounds, revision }: ScenarioResult): string {
  const commit = revision === undefined ? "" : ` of ${revision}`;
  return `${measuredAt.slice(0, 10)}, ${rounds} rounds${commit}`;
}

function renderEnvironment(environment: Environment): string {
  const versions = Object.entries(environment.versions).map(
    ([name, version]) => `${name} ${version}`,
  );
  return [
    `- ${environment.cores} cores of ${environment.cpu}, ${environment.memoryMb} MB, Linux ${environment.kernel}, Node ${environment.node}`,
    `- ${versions.join(", ")}`,
    "- Absolute figures are noise on a shared machine: the ratios and their 95 % intervals (bootstrap of the median) are what counts.",
  ].join("\n");
}

function renderSuite(store: ResultStore, suite: ReportSection): readonly string[] {
  const known = suite.scenarios.flatMap(({ name }) => store.scenarios[name] ?? []);
  if (known.length === 0) return [];
  const results = known.map((result) => renderScenario(result, suite.name));
  return [`## ${suite.title}`, "", ...suite.lead, "", ...results];
}

/** What of a suite the report shows. */
interface ReportSection extends Omit<Suite, "scenarios" | "programs"> {
  readonly scenarios: readonly { readonly name: string }[];
}

/** The whole of bench/RESULTS.md, suites and their scenarios in the given order. */
export function renderResults(store: ResultStore, suites: readonly ReportSection[]): string {
  return [
    "# Benchmark results",
    "",
    "Written by `make bench` from `bench/results.jsonl`; not to be edited.",
    "",
    renderEnvironment(store.environment),
    "",
    ...suites.flatMap((suite) => renderSuite(store, suite)),
  ].join("\n");
}
