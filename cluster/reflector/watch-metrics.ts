/** How fresh the cluster state is and what that costs: a row for each kind and API server. */
import { Gauge } from "prom-client";
import { collectedCounter } from "#observe/collected.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { ReflectorMetrics } from "./metrics.ts";
import type { ApiServerSource } from "./source.ts";

type Watched = Pick<ApiServerSource, "host" | "metrics">;

const counters = {
  lists: "Requests for all objects, as lists or streamed.",
  watches: "Watches opened.",
  checks: "Questions to the API server where it is.",
  events: "Changes received.",
  bookmarks: "Bookmarks received.",
  bytes: "Bytes of lists and watches, uncompressed.",
  interruptions: "Watches that broke off or were silent for too long.",
  failures: "Attempts that failed and were put off.",
  undecodable: "Objects passed over because they could not be decoded.",
} as const satisfies { readonly [K in keyof ReflectorMetrics]?: string };

const ages = {
  lastEventMs: ["event", "Seconds since the last change came."],
  lastBookmarkMs: [
    "bookmark",
    "Seconds since the last bookmark came; silent watches get one a minute.",
  ],
  lastListMs: ["list", "Seconds since all objects were last taken over."],
} as const satisfies { readonly [K in keyof ReflectorMetrics]?: readonly [string, string] };

/** Shows a source's numbers until the function it returns is called. */
export type FollowSource = (source: Watched) => () => void;

/** Registers the fairlead_watch_* families. `nowMs` is the clock that the sources go by. */
export function createClusterWatchMetrics(
  registry: MetricsRegistry,
  nowMs: () => number,
): FollowSource {
  const sources = new Set<Watched>();
  const rows = () =>
    [...sources].flatMap(({ host, metrics }) => metrics.map((totals) => ({ host, totals })));
  for (const name of Object.keys(counters) as (keyof typeof counters)[]) {
    collectedCounter({
      registry,
      name: `fairlead_watch_${name}_total`,
      help: counters[name],
      labelNames: ["kind", "host"],
      collect(emit) {
        for (const { host, totals } of rows()) emit([totals.kind, host], totals[name]);
      },
    });
  }
  collectedCounter({
    registry,
    name: "fairlead_watch_relists_total",
    help: "Lists after the first, by what made them necessary.",
    labelNames: ["kind", "host", "reason"],
    collect(emit) {
      for (const { host, totals } of rows()) {
        for (const [reason, count] of Object.entries(totals.relists)) {
          emit([totals.kind, host, reason], count);
        }
      }
    },
  });
  for (const field of Object.keys(ages) as (keyof typeof ages)[]) {
    const [what, help] = ages[field];
    new Gauge({
      name: `fairlead_watch_last_${what}_age_seconds`,
      help,
      labelNames: ["kind", "host"],
      registers: [registry],
      collect() {
        this.reset();
        for (const { host, totals } of rows()) {
          if (totals[field] === 0) continue; // there has been none yet
          this.set({ kind: totals.kind, host }, (nowMs() - totals[field]) / 1000);
        }
      },
    });
  }
  return (source) => {
    sources.add(source);
    return () => sources.delete(source);
  };
}
