/** What the chart says of other things holds: its values, its Corefiles, the metrics and pages that it names. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chartValues } from "#scripts/docs/values.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { fairleadCommand } from "#test/support/dns-server.ts";
import { chart, type Manifest, manifestsOf, render } from "./helm.ts";
import { matrix } from "./matrix.ts";

const root = join(import.meta.dirname, "../..");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

interface Alert {
  readonly alert: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const alerts: readonly Alert[] = parse(textOf("charts/fairlead-dns/alerts.yaml"));
const board: { readonly panels: readonly Panel[] } = JSON.parse(
  readFileSync(join(chart, "dashboards/fairlead-dns.json"), "utf8"),
);
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`panel "${title}"`, expr] as const),
  ),
];

/** Faults and names of metrics of a PromQL expression. Grafana's variables stand where durations do. */
function readPromQl(expression: string): { readonly faults: number; readonly metrics: string[] } {
  const text = expression.replaceAll("$__rate_interval", "5m");
  const metrics: string[] = [];
  let faults = 0;
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) faults += 1;
      if (type.name === "Identifier" && node.parent?.type.name === "VectorSelector")
        metrics.push(text.slice(from, to));
    },
  });
  return { faults, metrics };
}

const exported = new Set([
  ...[...textOf("docs/reference/metrics.md").matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name),
  // Of Prometheus itself, and of the process.
  ...["up", "process_cpu_seconds_total", "process_resident_memory_bytes"],
]);

describe("alerts and panels are PromQL over metrics that there are", () => {
  it.each(expressions)("%s: %s", (_, expression) => {
    const { faults, metrics } = readPromQl(expression);
    expect(faults).toBe(0);
    expect(metrics.length).toBeGreaterThan(0);
    const unknown = metrics.filter(
      (name) => !exported.has(name.replace(/_(bucket|sum|count)$/, "")),
    );
    expect(unknown).toEqual([]);
  });

  it("and a broken one would be seen", () => {
    expect(readPromQl("sum(rate(up[5m])").faults).toBeGreaterThan(0);
    expect(readPromQl("rate(no_such_total[5m])").metrics).toEqual(["no_such_total"]);
  });
});

const pageOf = (alert: string): string =>
  `${alert.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.md`;

describe("every alert has its page", () => {
  it.each(alerts.map(({ alert }) => [alert, pageOf(alert)]))("%s: %s", (alert, page) => {
    expect(textOf(`docs/runbooks/${page}`)).toMatch(new RegExp(`^# ${alert}\n`));
    expect(textOf("docs/runbooks/README.md")).toContain(`[${alert}](${page})`);
  });
});

describeWhere(["helm"], "the rule leads to these pages", () => {
  it("by runbook_url", () => {
    const text = render(matrix.monitoring ?? {});
    const linked = [...text.matchAll(/runbook_url: \S+\/(\S+)/g)].map(([, page]) => page);
    expect(linked).toEqual(alerts.map(({ alert }) => pageOf(alert)));
  });
});

describe("values and their schema are of one mind", () => {
  const values = chartValues("fairlead-dns");

  it("every value of the schema has a default", () => {
    expect(values.filter(({ standard }) => standard === undefined)).toEqual([]);
  });

  it("every value is explained", () => {
    expect(values.filter(({ schema }) => !schema.description).map(({ path }) => path)).toEqual([]);
  });
});

interface ConfigMap extends Manifest {
  readonly data: Readonly<Record<string, string>>;
}

const isCorefile = (manifest: Manifest): manifest is ConfigMap =>
  manifest.kind === "ConfigMap" && "Corefile" in (manifest as ConfigMap).data;

describeWhere(["helm"], "every Corefile of the matrix can be served", () => {
  const own = Object.entries(matrix).filter(([, values]) => !("configMap" in values));

  it.each(own)("%s", (_, values) => {
    const [configMap] = manifestsOf(render(values)).filter(isCorefile);
    const folder = mkdtempSync(join(tmpdir(), "fairlead-corefile-"));
    try {
      const file = join(folder, "Corefile");
      writeFileSync(file, configMap?.data.Corefile ?? "");
      const run = () => execFileSync(fairleadCommand, ["dns", "check", file], { stdio: "pipe" });
      expect(run).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
