import { Gauge, Histogram } from "prom-client";
import type { ClusterState, EndpointSlice } from "#cluster/contract.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { AnswerTable } from "../../answers/table.ts";
import type { SetupContext, SharedServices } from "../../contract.ts";

/** 1 ms doubling, as CoreDNS has it. */
const PROGRAMMING_BUCKETS_SECONDS = Array.from({ length: 20 }, (_, i) => 0.001 * 2 ** i);

/** Size of the answer tables of all kubernetes directives together. Returns the way to leave a table out again. */
export function registerTableMetrics(
  registry: MetricsRegistry,
  shared: SharedServices,
  table: AnswerTable,
): () => void {
  const tables = shared.once("kubernetes answer tables", () => {
    const all = new Set<AnswerTable>();
    new Gauge({
      name: "fairlead_answers_names",
      help: "Names in the answer tables.",
      registers: [registry],
      collect() {
        this.set([...all].reduce((sum, { statistics }) => sum + statistics.names, 0));
      },
    });
    new Gauge({
      name: "fairlead_answers_bytes",
      help: "Memory of the answer tables by part.",
      labelNames: ["part"],
      registers: [registry],
      collect() {
        for (const part of ["slot", "entry", "record", "resident"] as const) {
          this.set(
            { part },
            [...all].reduce((sum, { statistics }) => sum + statistics[`${part}Bytes`], 0),
          );
        }
      },
    });
    return all;
  });
  tables.add(table);
  return () => tables.delete(table);
}

/** Measures how long changes of endpoints took from their trigger in the cluster to the answer table. */
export function observeProgramming(
  { metrics, shared }: SetupContext,
  state: ClusterState,
): () => void {
  const histogram = shared.once(
    "kubernetes programming duration",
    () =>
      new Histogram({
        name: "coredns_kubernetes_dns_programming_duration_seconds",
        help: "Time from a change of a service's pods to the DNS record that reflects it.",
        labelNames: ["service_kind"],
        buckets: PROGRAMMING_BUCKETS_SECONDS,
        registers: [metrics],
      }),
  );
  const observe = (slice: EndpointSlice): void => {
    if (slice.lastChangeTriggerTimeMs === undefined) return;
    const service = state.services.get(slice.namespace, slice.serviceName);
    if (service === undefined) return;
    const seconds = Math.max(0, Date.now() - slice.lastChangeTriggerTimeMs) / 1000;
    histogram.observe(
      { service_kind: service.headless ? "headless_with_selector" : "cluster_ip" },
      seconds,
    );
  };
  return state.onChange(({ changes: { EndpointSlice: slices } }) => {
    // The first list tells of changes that were made long before this process began.
    if (slices === undefined || !state.hasSynced()) return;
    for (const slice of slices.added) observe(slice);
    for (const { after } of slices.updated) observe(after);
  });
}
