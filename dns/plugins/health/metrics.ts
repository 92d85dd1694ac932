import { Counter, Histogram } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";

export interface HealthMetrics {
  readonly duration: Histogram;
  readonly failures: Counter;
}

/** Names and buckets as in CoreDNS. Once per process. */
export function createHealthMetrics(registry: MetricsRegistry): HealthMetrics {
  return {
    duration: new Histogram({
      name: "coredns_health_request_duration_seconds",
      help: "How long the process took to answer its own health check.",
      buckets: [0.00025, 0.0025, 0.025, 0.25, 2.5],
      registers: [registry],
    }),
    failures: new Counter({
      name: "coredns_health_request_failures_total",
      help: "Health checks by the process itself that failed.",
      registers: [registry],
    }),
  };
}
