import { Gauge } from "prom-client";
import { collectedCounter, type EmitValue } from "#observe/collected.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import { createHitCounts, DENIAL_HITS, SUCCESS_HITS, sumOfHits } from "../../answers/hit-counts.ts";
import type { SetupContext } from "../../contract.ts";
import type { CacheKind } from "./contract.ts";

const KINDS: readonly CacheKind[] = ["success", "denial"];

/** What is counted for a cache's zones on one listener. Counts outlive a reload. */
export class CacheCounts {
  /** Where the workers count what they answer. */
  readonly workerHits = createHitCounts();
  requests = 0;
  misses = 0;
  prefetches = 0;
  drops = 0;
  servedStale = 0;
  readonly hits: Record<CacheKind, number> = { success: 0, denial: 0 };
  readonly evictions: Record<CacheKind, number> = { success: 0, denial: 0 };

  allHits(kind: CacheKind): number {
    return (
      this.hits[kind] + sumOfHits(this.workerHits, kind === "success" ? SUCCESS_HITS : DENIAL_HITS)
    );
  }

  /** A query that a worker answers never comes to the plugin. */
  get allRequests(): number {
    return KINDS.reduce((sum, kind) => sum + this.allHits(kind) - this.hits[kind], this.requests);
  }
}

/** A cache whose size is shown. */
interface ShownCache {
  readonly servers: readonly string[];
  readonly zones: string;
  size(kind: CacheKind): number;
  readonly sharedBytes: number;
}

export interface CacheMetrics {
  /** @param zones the cache's zones, with commas between them */
  countsOf(server: string, zones: string): CacheCounts;
  /** Shows the cache's size until the returned function is called. */
  show(cache: ShownCache): () => void;
}

/** Metrics of all caches of a process, under CoreDNS's names. */
export function cacheMetrics({
  shared,
  metrics,
}: Pick<SetupContext, "shared" | "metrics">): CacheMetrics {
  return shared.once("cache metrics", () => createCacheMetrics(metrics));
}

interface Row {
  readonly server: string;
  readonly zones: string;
  readonly counts: CacheCounts;
}

function createCacheMetrics(registry: MetricsRegistry): CacheMetrics {
  const rows = new Map<string, Row>();
  const shown = new Set<ShownCache>();
  registerCounters(registry, () => rows.values());
  registerSizes(registry, shown);
  return {
    countsOf(server, zones) {
      const key = `${server} ${zones}`;
      const row = rows.get(key) ?? { server, zones, counts: new CacheCounts() };
      rows.set(key, row);
      return row.counts;
    },
    show(cache) {
      shown.add(cache);
      return () => void shown.delete(cache);
    },
  };
}

function registerCounters(registry: MetricsRegistry, rows: () => Iterable<Row>): void {
  /** Numbers that are still 0 are left out, as in CoreDNS. */
  const emitCount = (emit: EmitValue, labels: readonly string[], count: number) => {
    if (count > 0) emit(labels, count);
  };
  const counter = (name: string, help: string, countOf: (counts: CacheCounts) => number) =>
    collectedCounter({
      registry,
      name: `coredns_cache_${name}_total`,
      help,
      labelNames: ["server", "zones", "view"],
      collect(emit) {
        for (const { server, zones, counts } of rows()) {
          emitCount(emit, [server, zones, ""], countOf(counts));
        }
      },
    });
  const counterByType = (
    name: string,
    help: string,
    countOf: (counts: CacheCounts, kind: CacheKind) => number,
  ) =>
    collectedCounter({
      registry,
      name: `coredns_cache_${name}_total`,
      help,
      labelNames: ["server", "type", "zones", "view"],
      collect(emit) {
        for (const { server, zones, counts } of rows()) {
          for (const kind of KINDS)
            emitCount(emit, [server, kind, zones, ""], countOf(counts, kind));
        }
      },
    });
  counter("requests", "Queries for names that the cache keeps.", (counts) => counts.allRequests);
  counterByType("hits", "Queries answered from the cache.", (counts, kind) => counts.allHits(kind));
  counter("misses", "Queries that the cache had no answer to.", ({ misses }) => misses);
  counter("prefetch", "Messages fetched anew in the background.", ({ prefetches }) => prefetches);
  counter("drops", "Replies that were to another question, and not kept.", ({ drops }) => drops);
  counter(
    "served_stale",
    "Queries answered with a message that had expired.",
    ({ servedStale }) => servedStale,
  );
  counterByType(
    "evictions",
    "Messages that had to go for others.",
    ({ evictions }, kind) => evictions[kind],
  );
}

function registerSizes(registry: MetricsRegistry, shown: ReadonlySet<ShownCache>): void {
  new Gauge({
    name: "coredns_cache_entries",
    help: "Messages in the cache.",
    labelNames: ["server", "type", "zones", "view"],
    registers: [registry],
    collect() {
      this.reset();
      for (const cache of shown) {
        const { servers, zones } = cache;
        for (const server of servers) {
          for (const type of KINDS) this.inc({ server, type, zones, view: "" }, cache.size(type));
        }
      }
    },
  });
  new Gauge({
    name: "fairlead_cache_shared_bytes",
    help: "Memory of the messages that workers answer from.",
    registers: [registry],
    collect() {
      this.set([...shown].reduce((sum, { sharedBytes }) => sum + sharedBytes, 0));
    },
  });
}
