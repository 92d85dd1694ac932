import { Counter, Gauge, Histogram } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { SharedServices, Transport } from "../../contract.ts";
import type { IgnoredReason, UpstreamObserver } from "../../upstream/contract.ts";
import { rcodeName } from "../../wire/constants.ts";

/** 0.25 ms, doubled up to 8 s. */
const DURATION_BUCKETS_SECONDS = Array.from({ length: 16 }, (_, index) => 0.00025 * 2 ** index);
const PROXY_NAME = "forward";

/** What one forward directive counts of itself. */
export interface ForwardMetrics {
  readonly healthcheckBroken: Counter;
  readonly concurrencyRejects: Counter;
  readonly coalesced: Counter;
  /** What one upstream counts. */
  ofUpstream(to: string): UpstreamMetrics;
  /** Shows the upstreams in the gauge of health until the returned function is called. */
  watchHealth(upstreams: ReadonlyMap<string, () => boolean>): () => void;
}

export interface UpstreamMetrics extends UpstreamObserver {
  answered(rcode: number, seconds: number): void;
}

/** Metrics of all forward directives of a process; names as in CoreDNS, with those that older dashboards ask for. */
export function forwardMetrics(registry: MetricsRegistry, shared: SharedServices): ForwardMetrics {
  return shared.once("forward metrics", () => createForwardMetrics(registry));
}

function createForwardMetrics(registry: MetricsRegistry): ForwardMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const upstreams = createUpstreamMetrics(registry);
  const watched = new Set<ReadonlyMap<string, () => boolean>>();
  new Gauge({
    name: "fairlead_forward_healthy",
    help: "1 while an upstream answers health checks or has given no reason for any, 0 while it is down.",
    labelNames: ["to"],
    registers,
    collect() {
      this.reset();
      // Several directives may know one upstream; it is shown as the worst of them sees it.
      for (const [to, isUp] of [...watched].flatMap((map) => [...map]).sort(upFirst)) {
        this.set({ to }, isUp() ? 1 : 0);
      }
    },
  });
  return {
    healthcheckBroken: counter(
      "coredns_forward_healthcheck_broken_total",
      "Queries that found all upstreams down.",
    ),
    concurrencyRejects: counter(
      "coredns_forward_max_concurrent_rejects_total",
      "Queries refused because max_concurrent of them were under way.",
    ),
    coalesced: counter(
      "fairlead_forward_coalesced_total",
      "Queries that were answered with the reply to an identical one under way.",
    ),
    ofUpstream: upstreams,
    watchHealth(map) {
      watched.add(map);
      return () => void watched.delete(map);
    },
  };
}

function upFirst(
  [, left]: readonly [string, () => boolean],
  [, right]: readonly [string, () => boolean],
): number {
  return Number(right()) - Number(left());
}

function createUpstreamMetrics(registry: MetricsRegistry): (to: string) => UpstreamMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Histogram({ name, help, labelNames, registers, buckets: DURATION_BUCKETS_SECONDS });
  const duration = histogram(
    "coredns_proxy_request_duration_seconds",
    "How long upstreams took to answer.",
    ...(["proxy_name", "to", "rcode"] as const),
  );
  const durationAlias = histogram(
    "coredns_forward_request_duration_seconds",
    "The same under the name that CoreDNS had for it before 1.11.",
    ...(["to", "rcode"] as const),
  );
  const requests = counter(
    "coredns_forward_requests_total",
    "Queries that an upstream answered.",
    "to",
  );
  const responses = counter(
    "coredns_forward_responses_total",
    "Answers of upstreams by rcode.",
    ...(["to", "rcode"] as const),
  );
  const healthcheckFailures = counter(
    "coredns_proxy_healthcheck_failures_total",
    "Health checks that were not answered.",
    ...(["proxy_name", "to"] as const),
  );
  const healthcheckFailuresAlias = counter(
    "coredns_forward_healthcheck_failures_total",
    "The same under the name that CoreDNS had for it before 1.11.",
    "to",
  );
  const connectionHelp = (kind: string) => `Queries sent over a connection that was ${kind}.`;
  const connectionLabels = ["proxy_name", "to", "proto"] as const;
  const connections = {
    hits: counter(
      "coredns_proxy_conn_cache_hits_total",
      connectionHelp("open already"),
      ...connectionLabels,
    ),
    misses: counter(
      "coredns_proxy_conn_cache_misses_total",
      connectionHelp("opened for it"),
      ...connectionLabels,
    ),
  };
  const ignored = counter(
    "fairlead_forward_ignored_replies_total",
    "Datagrams and frames that were no answer to the query waiting for one.",
    ...(["to", "reason"] as const),
  );
  return (to) => ({
    answered(rcode, seconds) {
      const name = rcodeName(rcode);
      duration.observe({ proxy_name: PROXY_NAME, to, rcode: name }, seconds);
      durationAlias.observe({ to, rcode: name }, seconds);
      requests.inc({ to });
      responses.inc({ to, rcode: name });
    },
    connected(proto: Transport, reused: boolean) {
      connections[reused ? "hits" : "misses"].inc({ proxy_name: PROXY_NAME, to, proto });
    },
    ignoredReply(reason: IgnoredReason) {
      ignored.inc({ to, reason });
    },
    healthCheckFailed() {
      healthcheckFailures.inc({ proxy_name: PROXY_NAME, to });
      healthcheckFailuresAlias.inc({ to });
    },
  });
}
