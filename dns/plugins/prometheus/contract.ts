/**
 * How queries are counted, by the chain's handler and by the workers alike, and how counts reach Prometheus. The
 * layout of the numbers and the functions that write them are in layout.ts.
 */

/** The labels that a row of counts stands for. */
export interface QueryPlace {
  /** The listener's label, for example "dns://:53". */
  readonly server: string;
  /** The zone that matched, or "dropped" for queries that never entered a chain. */
  readonly zone: string;
  /** "" without the view plugin. */
  readonly view: string;
}

/**
 * Counts of one thread, which alone writes them. Plain data over shared memory, so that it crosses to a worker and the
 * main thread reads it at any time. Memory: about (1.3 kB + 0.2 kB for each plugin) a place.
 */
export interface QueryCounts {
  /** Row i starts at i * placeStride(plugins.length). Row 0 is never exported: for zones without the prometheus plugin. */
  readonly places: readonly QueryPlace[];
  /** Plugins that may answer, by the index in the layout; [0] is "" for queries that no plugin answered. */
  readonly plugins: readonly string[];
  readonly values: Float64Array;
}

/**
 * Exports the sum of all counts that were handed over, under CoreDNS's names. One per process: what was counted once
 * stays counted, whichever configuration did.
 */
export interface QueryCountsCollector {
  add(counts: QueryCounts): void;
  /** Keeps the numbers and lets go of the memory: nobody writes to these counts any more. No-op for unknown ones. */
  retire(counts: QueryCounts): void;
}
