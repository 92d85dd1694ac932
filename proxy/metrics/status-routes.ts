import type { MetricsRegistry } from "#observe/contract.ts";
import type { HttpListener } from "#observe/http.ts";

export interface StatusRoutesOptions {
  readonly registry: MetricsRegistry;
  /** The configuration in force, as KubeProxyConfiguration has it. */
  readonly config: () => unknown;
}

/** What kube-proxy serves at its metricsBindAddress, port 10249; tools ask /proxyMode which datapath a node runs. */
export function routeStatus(
  listener: HttpListener,
  { registry, config }: StatusRoutesOptions,
): void {
  listener.route("/metrics", async () => ({
    status: 200,
    contentType: registry.contentType,
    body: await registry.metrics(),
  }));
  listener.route("/proxyMode", () => ({ status: 200, body: "nftables" }));
  listener.route("/configz", () => ({
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ "kubeproxy.config.k8s.io": config() }),
  }));
  listener.route("/healthz", () => ({ status: 200, body: "ok" }));
}
