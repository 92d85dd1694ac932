/** What kube-proxy has no name for: the kernel's side of a change, what was refused, what drifted. */
import { Counter, Gauge, Histogram } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { IpFamily, PlanWarning } from "../contract.ts";
import type { FamilyMetrics, MetricSources } from "./contract.ts";

/** 0.1 ms doubling to 3.3 s: a change takes a fraction of the first, a cold load some of the last. */
const COMMIT_BUCKETS_SECONDS = Array.from({ length: 16 }, (_, step) => 0.0001 * 2 ** step);

export type OwnFamilyMetrics = Pick<FamilyMetrics, "onCommit" | "onRefusedPort" | "onAudit"> & {
  setRevision(revision: number): void;
};

export function registerOwnMetrics(
  registry: MetricsRegistry,
  families: readonly IpFamily[],
  sources: Pick<MetricSources, "elements">,
): (family: IpFamily) => OwnFamilyMetrics {
  const all = createSeries(registry);
  registerElements(registry, families, sources);
  for (const family of families) {
    const ip_family = `IPv${family}`;
    for (const result of ["ok", "refused"]) all.commits.inc({ ip_family, result }, 0);
    for (const metric of [all.refusedPorts, all.audits, all.repaired]) metric.inc({ ip_family }, 0);
    all.commitDuration.zero({ ip_family });
  }
  return (family) => {
    const of = { ip_family: `IPv${family}` };
    return {
      onCommit({ durationMs, addedElements, removedElements, ok }) {
        all.commits.inc({ ...of, result: ok ? "ok" : "refused" });
        all.commitDuration.observe(of, durationMs / 1000);
        if (!ok) return;
        all.writtenElements.inc({ ...of, operation: "add" }, addedElements);
        all.writtenElements.inc({ ...of, operation: "remove" }, removedElements);
      },
      onRefusedPort: () => all.refusedPorts.inc(of),
      onAudit(repairedElements) {
        all.audits.inc(of);
        all.repaired.inc(of, repairedElements);
      },
      setRevision: (revision) => all.revision.set(of, revision),
    };
  };
}

/** Parts of Services that were passed over, by why. */
export function registerWarnings(
  registry: MetricsRegistry,
): (reason: PlanWarning["reason"]) => void {
  const warnings = new Counter({
    name: "fairlead_proxy_warnings_total",
    help: "Addresses, ranges and annotations of Services and EndpointSlices that were passed over.",
    labelNames: ["reason"],
    registers: [registry],
  });
  return (reason) => warnings.inc({ reason });
}

/** Packets of refused and dropped connections that the kernel showed. */
export function registerRefusalSamples(
  registry: MetricsRegistry,
): (reason: "refuse" | "drop", isAttributed: boolean) => void {
  const samples = new Counter({
    name: "fairlead_proxy_refusal_samples_total",
    help: "Sampled packets of connections that were refused or dropped, and whether they are some Service's.",
    labelNames: ["reason", "attributed"],
    registers: [registry],
  });
  return (reason, isAttributed) => samples.inc({ reason, attributed: String(isAttributed) });
}

function createSeries(registry: MetricsRegistry) {
  const common = (name: string, help: string, ...labels: string[]) => ({
    name: `fairlead_proxy_${name}`,
    help,
    labelNames: ["ip_family", ...labels],
    registers: [registry],
  });
  return {
    revision: new Gauge(
      common("programmed_revision", "Revision of the cluster state that the kernel reflects."),
    ),
    commits: new Counter(
      common(
        "transactions_total",
        "Transactions given to the kernel, by what became of them.",
        "result",
      ),
    ),
    commitDuration: new Histogram({
      ...common("transaction_duration_seconds", "Time until the kernel had taken or refused one."),
      buckets: COMMIT_BUCKETS_SECONDS,
    }),
    writtenElements: new Counter(
      common("written_elements_total", "Elements of maps and sets that were written.", "operation"),
    ),
    refusedPorts: new Counter(
      common("refused_ports_total", "ServicePorts whose elements the kernel does not take."),
    ),
    audits: new Counter(
      common("audits_total", "Comparisons of the kernel with what it should hold."),
    ),
    repaired: new Counter(
      common("audit_repaired_elements_total", "Elements that an audit found changed and mended."),
    ),
  };
}

function registerElements(
  registry: MetricsRegistry,
  families: readonly IpFamily[],
  sources: Pick<MetricSources, "elements">,
): void {
  new Gauge({
    name: "fairlead_proxy_elements",
    help: "Elements that should be in the kernel, by set or map.",
    labelNames: ["ip_family", "set"],
    registers: [registry],
    collect() {
      this.reset();
      for (const family of families)
        for (const [set, count] of sources.elements(family))
          this.set({ ip_family: `IPv${family}`, set }, count);
    },
  });
}
