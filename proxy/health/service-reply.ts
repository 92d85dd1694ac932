import type { HttpReply } from "#observe/http.ts";
import type { HealthCheck } from "../contract.ts";

/** What a healthCheckNodePort answers to any path: 200 where a ready endpoint is and the proxy follows the cluster. */
export function serviceReply(
  { namespace, name, localReadyEndpoints }: HealthCheck,
  isProxyHealthy: boolean,
): HttpReply {
  return {
    status: localReadyEndpoints > 0 && isProxyHealthy ? 200 : 503,
    contentType: "application/json",
    headers: {
      "x-content-type-options": "nosniff",
      "x-load-balancing-endpoint-weight": String(localReadyEndpoints),
    },
    body: JSON.stringify({
      service: { namespace, name },
      localEndpoints: localReadyEndpoints,
      serviceProxyHealthy: isProxyHealthy,
    }),
  };
}
