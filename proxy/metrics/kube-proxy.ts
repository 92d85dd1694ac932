/**
 * The metrics of kube-proxy in its nftables mode, by its names and buckets, labelled with ip_family as its newer
 * releases do.
 */
import { Counter, Gauge, Histogram } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { IpFamily } from "../contract.ts";
import type { Probe } from "../health/contract.ts";
import type { FamilyMetrics } from "./contract.ts";

/** 1 ms doubling to 16 s. */
const DURATION_BUCKETS_SECONDS = Array.from({ length: 15 }, (_, step) => 0.001 * 2 ** step);

/** Half a second in two steps, a minute in seconds, two minutes in fives, five minutes in half minutes. */
const PROGRAMMING_BUCKETS_SECONDS = [
  ...[0.25, 0.5],
  ...Array.from({ length: 59 }, (_, step) => 1 + step),
  ...Array.from({ length: 12 }, (_, step) => 60 + 5 * step),
  ...Array.from({ length: 7 }, (_, step) => 120 + 30 * step),
];

export type KubeProxyFamilyMetrics = Pick<
  FamilyMetrics,
  | "onQueued"
  | "onSynced"
  | "onSyncFailed"
  | "onCleanupFailed"
  | "setNoLocalEndpoints"
  | "onFlowsCleaned"
>;

/** Registers what is counted per family and returns the way to one family's. */
export function registerKubeProxyMetrics(
  registry: MetricsRegistry,
  families: readonly IpFamily[],
  nowMs: () => number,
): (family: IpFamily) => KubeProxyFamilyMetrics {
  const all = createSeries(registry);
  for (const family of families) showZero(all, `IPv${family}`);
  return (family) => {
    const of = { ip_family: `IPv${family}` };
    const pending = { services: 0, endpoints: 0 };
    const showPending = () => {
      all.servicesPending.set(of, pending.services);
      all.endpointsPending.set(of, pending.endpoints);
    };
    return {
      onQueued({ services, endpoints }) {
        all.services.inc(of, services);
        all.endpoints.inc(of, endpoints);
        pending.services += services;
        pending.endpoints += endpoints;
        showPending();
        all.lastQueued.set(of, nowMs() / 1000);
      },
      onSynced({ scope, durationMs, changes, triggeredMs }) {
        const endedMs = nowMs();
        all.sync.observe(of, durationMs / 1000);
        all[scope].observe(of, durationMs / 1000);
        all.lastSynced.set(of, endedMs / 1000);
        for (const startedMs of triggeredMs)
          all.programming.observe(of, Math.max(0, endedMs - startedMs) / 1000);
        pending.services = Math.max(0, pending.services - changes.services);
        pending.endpoints = Math.max(0, pending.endpoints - changes.endpoints);
        showPending();
      },
      onSyncFailed: () => all.syncFailures.inc(of),
      onCleanupFailed: () => all.cleanupFailures.inc(of),
      setNoLocalEndpoints({ internal, external }) {
        all.noLocalEndpoints.set({ ...of, traffic_policy: "internal" }, internal);
        all.noLocalEndpoints.set({ ...of, traffic_policy: "external" }, external);
      },
      onFlowsCleaned({ durationMs, deleted }) {
        all.conntrack.observe(of, durationMs / 1000);
        all.conntrackDeleted.inc(of, deleted);
      },
    };
  };
}

/** Answers of the probes, by status code. */
export function registerProbeMetrics(
  registry: MetricsRegistry,
): (probe: Probe, status: number) => void {
  const counters = {
    healthz: probeCounter(registry, "healthz"),
    livez: probeCounter(registry, "livez"),
  };
  return (probe, status) => counters[probe].inc({ code: String(status) });
}

function probeCounter(registry: MetricsRegistry, probe: Probe): Counter {
  return new Counter({
    name: `kubeproxy_proxy_${probe}_total`,
    help: `Answers of /${probe} by HTTP status.`,
    labelNames: ["code"],
    registers: [registry],
  });
}

function createSeries(registry: MetricsRegistry) {
  const common = (name: string, help: string) => ({
    name: `kubeproxy_${name}`,
    help,
    labelNames: ["ip_family"],
    registers: [registry],
  });
  const counter = (name: string, help: string) => new Counter(common(name, help));
  const gauge = (name: string, help: string) => new Gauge(common(name, help));
  const duration = (name: string, help: string, buckets = DURATION_BUCKETS_SECONDS) =>
    new Histogram({ ...common(name, help), buckets });
  return {
    sync: duration("sync_proxy_rules_duration_seconds", "Time that a sync took."),
    full: duration(
      "sync_full_proxy_rules_duration_seconds",
      "Time that a sync of everything took.",
    ),
    partial: duration(
      "sync_partial_proxy_rules_duration_seconds",
      "Time that a sync of what had changed took.",
    ),
    lastSynced: gauge(
      "sync_proxy_rules_last_timestamp_seconds",
      "When a sync last succeeded, seconds since the epoch.",
    ),
    lastQueued: gauge(
      "sync_proxy_rules_last_queued_timestamp_seconds",
      "When a change was last queued, seconds since the epoch.",
    ),
    programming: duration(
      "network_programming_duration_seconds",
      "Time from a change of a Service or its pods to the rules that reflect it.",
      PROGRAMMING_BUCKETS_SECONDS,
    ),
    endpointsPending: gauge(
      "sync_proxy_rules_endpoint_changes_pending",
      "Changes of EndpointSlices that are not in the kernel yet.",
    ),
    endpoints: counter(
      "sync_proxy_rules_endpoint_changes_total",
      "Changes of EndpointSlices that were seen.",
    ),
    servicesPending: gauge(
      "sync_proxy_rules_service_changes_pending",
      "Changes of Services that are not in the kernel yet.",
    ),
    services: counter(
      "sync_proxy_rules_service_changes_total",
      "Changes of Services that were seen.",
    ),
    noLocalEndpoints: new Gauge({
      ...common(
        "sync_proxy_rules_no_local_endpoints_total",
        "ServicePorts with the policy Local and no endpoint on this node.",
      ),
      labelNames: ["ip_family", "traffic_policy"],
    }),
    syncFailures: counter(
      "sync_proxy_rules_nftables_sync_failures_total",
      "Syncs that the kernel did not take as a whole.",
    ),
    cleanupFailures: counter(
      "sync_proxy_rules_nftables_cleanup_failures_total",
      "Objects of former syncs that could not be removed.",
    ),
    conntrack: duration(
      "conntrack_reconciler_sync_duration_seconds",
      "Time that a search for stale UDP flows took.",
    ),
    conntrackDeleted: counter(
      "conntrack_reconciler_deleted_entries_total",
      "Stale UDP flows that were deleted.",
    ),
  };
}

/** A series that appears with its first event has no rate for it. */
function showZero(all: ReturnType<typeof createSeries>, ip_family: string): void {
  for (const metric of Object.values(all)) {
    if (metric === all.noLocalEndpoints) continue;
    if (metric instanceof Histogram) metric.zero({ ip_family });
    else metric.inc({ ip_family }, 0);
  }
}
