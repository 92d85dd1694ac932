import { Counter, Gauge } from "prom-client";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { SharedServices } from "../../contract.ts";
import type { IgnoredReason, UpstreamObserver } from "../../upstream/contract.ts";
import { createUpstreamTotals } from "./upstream-totals.ts";

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
  const totalsOf = createUpstreamTotals(registry);
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
  const ignored = counter(
    "fairlead_forward_ignored_replies_total",
    "Datagrams and frames that were no answer to the query waiting for one.",
    ...(["to", "reason"] as const),
  );
  return (to) => {
    const totals = totalsOf(to);
    return {
      answered: (rcode, seconds) => totals.answered(rcode, seconds),
      connected: (transport, reused) => totals.connected(transport, reused),
      ignoredReply(reason: IgnoredReason) {
        ignored.inc({ to, reason });
      },
      healthCheckFailed() {
        healthcheckFailures.inc({ proxy_name: PROXY_NAME, to });
        healthcheckFailuresAlias.inc({ to });
      },
    };
  };
}
