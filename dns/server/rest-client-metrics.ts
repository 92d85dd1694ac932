import { Counter, Histogram } from "prom-client";
import type { RequestOutcome } from "#cluster/api/client.ts";
import type { MetricsRegistry } from "#observe/contract.ts";

/** CoreDNS's names for requests to the API server, which its dashboards read. */
export function createRestClientMetrics(
  registry: MetricsRegistry,
): (outcome: RequestOutcome) => void {
  const requests = new Counter({
    name: "coredns_kubernetes_rest_client_requests_total",
    help: "Requests to the Kubernetes API by outcome.",
    labelNames: ["code", "method", "host"],
    registers: [registry],
  });
  const duration = new Histogram({
    name: "coredns_kubernetes_rest_client_request_duration_seconds",
    help: "Time until the Kubernetes API began its response.",
    labelNames: ["verb", "host"],
    registers: [registry],
  });
  return ({ code, method, host, durationSeconds }) => {
    requests.inc({ code, method, host });
    duration.observe({ verb: method, host }, durationSeconds);
  };
}
