/**
 * What a worker needs to answer without the main thread: the zones of one listener and the answer tables behind them.
 * Plain data, so that it crosses to a thread.
 */
import type { PrefetchRule } from "../answers/popularity.ts";

/** A zone whose compiled answers a worker may give. */
export interface CompiledZone {
  readonly kind: "compiled";
  /** Lower-case wire name. */
  readonly name: Uint8Array;
  readonly labels: number;
  /** Index into FastPlan.tables. */
  readonly table: number;
  /** Minimum of the SOA in negative answers, and its TTL up to 300 s. */
  readonly negativeTtlSeconds: number;
  /** What a missing name means once all watches have listed; `defer` where a later plugin may know it (fallthrough). */
  readonly missing: "nxdomain" | "defer";
  /** Names below pod.<zone> are computed from the query, on the slow path. */
  readonly deferPods: boolean;
  /** Spread the order of equal records over queries (the loadbalance plugin). */
  readonly rotate: boolean;
  /** Which row of the counters its queries go to. */
  readonly counters: number;
}

/** A zone that hides others above it: its names go to the main thread. */
export interface DeferredZone {
  readonly kind: "deferred";
  readonly name: Uint8Array;
  readonly labels: number;
}

/** A zone whose cached messages a worker may give. */
export interface CachedZone {
  readonly kind: "cached";
  /** Lower-case wire name. */
  readonly name: Uint8Array;
  readonly labels: number;
  /** Index into CachePlan.tables. */
  readonly table: number;
  /** Messages that are due by this rule are left to the plugin. Absent: none. */
  readonly prefetch?: PrefetchRule;
  /** Replies show the TTL that was stored, in place of what is left of it. */
  readonly keepTtl: boolean;
  /** Spread the order of equal records over queries (the loadbalance plugin). */
  readonly rotate: boolean;
  /** Where a worker counts its answers (dns/answers/hit-counts.ts). */
  readonly hits: SharedArrayBuffer;
  /** Which row of the query counters its queries go to. */
  readonly counters: number;
}

export interface CachePlan {
  /** Buffers of MessageTable. */
  readonly tables: readonly SharedArrayBuffer[];
  /** Most labels first: the first that matches is the longest match. */
  readonly zones: readonly (CachedZone | DeferredZone)[];
  /** As FastPlan.gates, for cached messages. */
  readonly gates: readonly SharedArrayBuffer[];
}

export interface FastPlan {
  /** Buffers of AnswerTable. */
  readonly tables: readonly SharedArrayBuffer[];
  /** Most labels first: the first that matches is the longest match. */
  readonly zones: readonly (CompiledZone | DeferredZone)[];
  /**
   * For each table, which element of `zones` an entry's zone index means. With `lookupFirst` a name found in the only
   * table needs no zone search.
   */
  readonly zonesOfTable: readonly (readonly number[])[];
  readonly lookupFirst: boolean;
  /** Asked where the compiled answers leave a query open. Absent: no block has a cache that workers may look into. */
  readonly caches?: CachePlan;
  /** One Int32 each; once one of them is not 0, no compiled answer may be given. */
  readonly gates: readonly SharedArrayBuffer[];
}

/** A plan under which every query takes the slow path. */
export const emptyPlan: FastPlan = {
  tables: [],
  zones: [],
  zonesOfTable: [],
  lookupFirst: false,
  gates: [],
};
