import { Counter, Histogram } from "prom-client";
import type { RequestOutcome } from "#cluster/api/client.ts";
import type { MetricsRegistry } from "#observe/contract.ts";

/** Requests to the API server under client-go's names, which kube-proxy exports too. */
export function registerRestClientMetrics(
  registry: MetricsRegistry,
): (outcome: RequestOutcome) => void {
  const requests = new Counter({
    name: "rest_client_requests_total",
    help: "Requests to the Kubernetes API by outcome.",
    labelNames: ["code", "method", "host"],
    registers: [registry],
  });
  const duration = new Histogram({
    name: "rest_client_request_duration_seconds",
    help: "Time until the Kubernetes API began its response.",
    labelNames: ["verb", "host"],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 45, 60],
    registers: [registry],
  });
  return ({ code, method, host, durationSeconds }) => {
    requests.inc({ code, method, host });
    duration.observe({ verb: method, host }, durationSeconds);
  };
}
