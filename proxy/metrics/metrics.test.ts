import { Registry } from "prom-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { createHttpListener } from "#observe/http.ts";
import type { ConnectionReading, MetricSources } from "./contract.ts";
import { createProxyMetrics } from "./metrics.ts";
import { routeStatus } from "./status-routes.ts";

const nowMs = 1_000_000_000;

function rig(connections: MetricSources["connections"] = async () => []) {
  const registry = new Registry();
  const logger = new RecordingLogger();
  const metrics = createProxyMetrics({
    registry,
    families: [4, 6],
    sources: { elements: (family) => [["endpoints", family * 10]], connections },
    connectionSeries: 100,
    nowMs: () => nowMs,
    logger,
  });
  /** The lines of one family of metrics, without those of empty buckets of others. */
  const lines = async (name: string) =>
    (await registry.getSingleMetricAsString(name))
      .split("\n")
      .filter((line) => !/^#|^$/.test(line));
  return { registry, metrics, lines, logger };
}

describe("kube-proxy's metrics", () => {
  it("has all that it exports in nftables mode, from the first scrape on", async () => {
    const { registry } = rig();
    const text = await registry.metrics();
    const typed = [...text.matchAll(/^# TYPE (kubeproxy_\S+) (\S+)$/gm)].map(
      ([, name, type]) => `${name?.replace("kubeproxy_", "")} ${type}`,
    );
    expect(typed.sort()).toEqual([
      "conntrack_reconciler_deleted_entries_total counter",
      "conntrack_reconciler_sync_duration_seconds histogram",
      "network_programming_duration_seconds histogram",
      "proxy_healthz_total counter",
      "proxy_livez_total counter",
      "sync_full_proxy_rules_duration_seconds histogram",
      "sync_partial_proxy_rules_duration_seconds histogram",
      "sync_proxy_rules_duration_seconds histogram",
      "sync_proxy_rules_endpoint_changes_pending gauge",
      "sync_proxy_rules_endpoint_changes_total counter",
      "sync_proxy_rules_last_queued_timestamp_seconds gauge",
      "sync_proxy_rules_last_timestamp_seconds gauge",
      "sync_proxy_rules_nftables_cleanup_failures_total counter",
      "sync_proxy_rules_nftables_sync_failures_total counter",
      "sync_proxy_rules_no_local_endpoints_total gauge",
      "sync_proxy_rules_service_changes_pending gauge",
      "sync_proxy_rules_service_changes_total counter",
    ]);
    expect(text).toContain('kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 0');
  });

  it("follows a change from the queue to the kernel", async () => {
    const { metrics, lines } = rig();
    const v4 = metrics.family(4);
    v4.onQueued({ services: 2, endpoints: 5 });
    expect(await lines("kubeproxy_sync_proxy_rules_endpoint_changes_pending")).toContain(
      'kubeproxy_sync_proxy_rules_endpoint_changes_pending{ip_family="IPv4"} 5',
    );
    const changes = { services: 2, endpoints: 4 };
    const triggeredMs = [nowMs - 300, nowMs + 5000];
    v4.onSynced({ scope: "partial", durationMs: 3, changes, triggeredMs, revision: 7 });
    const all = (
      await Promise.all([
        lines("kubeproxy_sync_proxy_rules_endpoint_changes_pending"),
        lines("kubeproxy_sync_proxy_rules_endpoint_changes_total"),
        lines("kubeproxy_sync_proxy_rules_service_changes_pending"),
        lines("kubeproxy_sync_proxy_rules_last_timestamp_seconds"),
        lines("kubeproxy_network_programming_duration_seconds"),
        lines("kubeproxy_sync_partial_proxy_rules_duration_seconds"),
        lines("fairlead_proxy_programmed_revision"),
      ])
    ).flat();
    expect(all).toEqual(
      expect.arrayContaining([
        'kubeproxy_sync_proxy_rules_endpoint_changes_pending{ip_family="IPv4"} 1',
        'kubeproxy_sync_proxy_rules_endpoint_changes_total{ip_family="IPv4"} 5',
        'kubeproxy_sync_proxy_rules_service_changes_pending{ip_family="IPv4"} 0',
        'kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 1000000',
        // A trigger in the future comes from another machine's clock.
        'kubeproxy_network_programming_duration_seconds_bucket{le="0.25",ip_family="IPv4"} 1',
        'kubeproxy_network_programming_duration_seconds_bucket{le="0.5",ip_family="IPv4"} 2',
        'kubeproxy_network_programming_duration_seconds_bucket{le="300",ip_family="IPv4"} 2',
        'kubeproxy_sync_partial_proxy_rules_duration_seconds_bucket{le="0.002",ip_family="IPv4"} 0',
        'kubeproxy_sync_partial_proxy_rules_duration_seconds_bucket{le="0.004",ip_family="IPv4"} 1',
        'fairlead_proxy_programmed_revision{ip_family="IPv4"} 7',
      ]),
    );
    const buckets = all.filter((line) => /programming.*bucket.*IPv4/.test(line));
    expect(buckets).toHaveLength(2 + 59 + 12 + 7 + 1);
  });

  it("counts probes, failures, flows and policies without endpoints", async () => {
    const { registry, metrics } = rig();
    metrics.onProbe("healthz", 503);
    const v6 = metrics.family(6);
    v6.onSyncFailed();
    v6.onFlowsCleaned({ durationMs: 5, deleted: 3 });
    v6.setNoLocalEndpoints({ internal: 1, external: 2 });
    const text = await registry.metrics();
    for (const line of [
      'proxy_healthz_total{code="503"} 1',
      'sync_proxy_rules_nftables_sync_failures_total{ip_family="IPv6"} 1',
      'conntrack_reconciler_deleted_entries_total{ip_family="IPv6"} 3',
      'sync_proxy_rules_no_local_endpoints_total{ip_family="IPv6",traffic_policy="external"} 2',
    ])
      expect(text).toContain(`kubeproxy_${line}`);
  });
});

describe("the proxy's own metrics", () => {
  it("tells what the kernel was given, refused, and lost", async () => {
    const { registry, metrics } = rig();
    const v4 = metrics.family(4);
    v4.onCommit({ durationMs: 0.3, addedElements: 4, removedElements: 1, ok: true });
    v4.onCommit({ durationMs: 0.3, addedElements: 9, removedElements: 9, ok: false });
    v4.onRefusedPort();
    v4.onAudit(0);
    v4.onAudit(12);
    metrics.onWarning("bad-external-ip");
    metrics.onRefusalSample("drop", true);
    const text = await registry.metrics();
    for (const line of [
      'transactions_total{ip_family="IPv4",result="ok"} 1',
      'transactions_total{ip_family="IPv4",result="refused"} 1',
      'transaction_duration_seconds_bucket{le="0.0004",ip_family="IPv4"} 2',
      'written_elements_total{ip_family="IPv4",operation="add"} 4',
      'refused_ports_total{ip_family="IPv4"} 1',
      'audits_total{ip_family="IPv4"} 2',
      'audit_repaired_elements_total{ip_family="IPv4"} 12',
      'warnings_total{reason="bad-external-ip"} 1',
      'refusal_samples_total{reason="drop",attributed="true"} 1',
      'elements{ip_family="IPv6",set="endpoints"} 60',
    ])
      expect(text).toContain(`fairlead_proxy_${line}`);
  });

  it("reads connections when it is asked, and goes without when the kernel does not answer", async () => {
    const port: ConnectionReading["port"] = {
      id: "default/web:http/TCP/4",
      namespace: "default",
      name: "web",
      portName: "http",
      protocol: "TCP",
      family: 4,
    };
    let connections = 0;
    const { lines, logger } = rig(async () => {
      if (connections === 7) throw new Error("no answer");
      connections += 7;
      return [{ element: "a", port, connections }];
    });
    const expected = [
      'fairlead_proxy_service_connections_total{namespace="default",service="web",port="http",protocol="TCP",ip_family="IPv4"} 7',
      'fairlead_proxy_service_connections_total{namespace="",service="",port="",protocol="",ip_family=""} 0',
    ];
    expect(await lines("fairlead_proxy_service_connections_total")).toEqual(expected);
    expect(await lines("fairlead_proxy_service_connections_total")).toEqual(expected);
    expect(logger.lines).toEqual(["warn: counters of Services not read: no answer"]);
  });
});

it.each([
  ["/proxyMode", "text/plain; charset=utf-8", "nftables"],
  ["/healthz", "text/plain; charset=utf-8", "ok"],
  ["/configz", "application/json", '{"kubeproxy.config.k8s.io":{"mode":"nftables"}}'],
  ["/metrics", "text/plain; version=0.0.4; charset=utf-8", "# HELP kubeproxy_sync_proxy_rules"],
])("%s is served", async (path, contentType, beginning) => {
  const { registry } = rig();
  const listener = createHttpListener({ host: "127.0.0.1", port: 0 });
  routeStatus(listener, { registry, config: () => ({ mode: "nftables" }) });
  const { port } = await listener.listen();
  onTestFinished(() => listener.close());
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  expect(response.headers.get("content-type")).toBe(contentType);
  expect((await response.text()).slice(0, beginning.length)).toBe(beginning);
});
