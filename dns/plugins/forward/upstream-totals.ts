import { collectedCounter, collectedHistogram } from "#observe/collected.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { Transport } from "../../contract.ts";
import { rcodeName } from "../../wire/constants.ts";

/** 0.25 ms, doubled up to 8 s. */
const BOUNDS_SECONDS = Array.from({ length: 16 }, (_, index) => 0.00025 * 2 ** index);
const PROXY_NAME = "forward";

interface Answers {
  /** By duration, the last for what took longer than every bound. */
  readonly buckets: Float64Array;
  count: number;
  sumSeconds: number;
}

/** What every query to one upstream is counted in: plain numbers, read when Prometheus asks. */
export class UpstreamTotals {
  readonly answers = new Map<number, Answers>();
  readonly opened: Record<Transport, number> = { udp: 0, tcp: 0 };
  readonly reused: Record<Transport, number> = { udp: 0, tcp: 0 };

  answered(rcode: number, seconds: number): void {
    let answers = this.answers.get(rcode);
    if (answers === undefined) {
      const buckets = new Float64Array(BOUNDS_SECONDS.length + 1);
      answers = { buckets, count: 0, sumSeconds: 0 };
      this.answers.set(rcode, answers);
    }
    let bucket = 0;
    while (seconds > (BOUNDS_SECONDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    answers.buckets[bucket] = (answers.buckets[bucket] ?? 0) + 1;
    answers.count++;
    answers.sumSeconds += seconds;
  }

  connected(transport: Transport, reused: boolean): void {
    if (reused) this.reused[transport]++;
    else this.opened[transport]++;
  }
}

/**
 * Registers the families of these numbers, under the names of CoreDNS and those that older dashboards ask for.
 *
 * @returns the totals of the upstream of that label, the same each time: counters outlive reloads
 */
export function createUpstreamTotals(registry: MetricsRegistry): (to: string) => UpstreamTotals {
  const totals = new Map<string, UpstreamTotals>();
  const answers = () =>
    [...totals].flatMap(([to, { answers: byRcode }]) =>
      [...byRcode].map(([rcode, of]) => ({ to, rcode: rcodeName(rcode), of })),
    );
  collectedHistogram({
    registry,
    name: "coredns_proxy_request_duration_seconds",
    help: "How long upstreams took to answer.",
    labelNames: ["proxy_name", "to", "rcode"],
    bounds: BOUNDS_SECONDS,
    collect(emit) {
      for (const { to, rcode, of } of answers())
        emit([PROXY_NAME, to, rcode], of.buckets, of.sumSeconds);
    },
  });
  collectedHistogram({
    registry,
    name: "coredns_forward_request_duration_seconds",
    help: "The same under the name that CoreDNS had for it before 1.11.",
    labelNames: ["to", "rcode"],
    bounds: BOUNDS_SECONDS,
    collect(emit) {
      for (const { to, rcode, of } of answers()) emit([to, rcode], of.buckets, of.sumSeconds);
    },
  });
  collectedCounter({
    registry,
    name: "coredns_forward_requests_total",
    help: "Queries that an upstream answered.",
    labelNames: ["to"],
    collect(emit) {
      for (const { to, of } of answers()) emit([to], of.count);
    },
  });
  collectedCounter({
    registry,
    name: "coredns_forward_responses_total",
    help: "Answers of upstreams by rcode.",
    labelNames: ["to", "rcode"],
    collect(emit) {
      for (const { to, rcode, of } of answers()) emit([to, rcode], of.count);
    },
  });
  const kinds = { hits: ["reused", "open already"], misses: ["opened", "opened for it"] } as const;
  for (const [kind, [field, state]] of Object.entries(kinds)) {
    collectedCounter({
      registry,
      name: `coredns_proxy_conn_cache_${kind}_total`,
      help: `Queries sent over a connection that was ${state}.`,
      labelNames: ["proxy_name", "to", "proto"],
      collect(emit) {
        for (const [to, total] of totals) {
          for (const [proto, count] of Object.entries(total[field])) {
            if (count > 0) emit([PROXY_NAME, to, proto], count);
          }
        }
      },
    });
  }
  return (to) => {
    const known = totals.get(to) ?? new UpstreamTotals();
    totals.set(to, known);
    return known;
  };
}
