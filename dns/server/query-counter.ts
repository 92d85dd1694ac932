/** Counts what the fast path answers, in the numbers that the prometheus plugin exports. Hot: allocates nothing. */
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import {
  countDuration,
  countQuery,
  IPV4,
  IPV6,
  placeStride,
  TCP,
  UDP,
} from "../plugins/prometheus/layout.ts";
import type { AnswerObserver } from "./in-place.ts";

export class QueryCounter implements AnswerObserver {
  readonly #values: Float64Array;
  readonly #stride: number;
  readonly #transport: number;
  #family: number;
  /** Queries of each place since the batch began. */
  readonly #pending: Float64Array;
  #startedMs = 0;

  constructor(counts: QueryCounts, transport: "udp" | "tcp", family: 4 | 6) {
    this.#values = counts.values;
    this.#stride = placeStride(counts.plugins.length);
    this.#transport = transport === "udp" ? UDP : TCP;
    this.#family = family === 4 ? IPV4 : IPV6;
    this.#pending = new Float64Array(counts.places.length);
  }

  /** Family of the clients of the queries that follow. */
  set family(family: 4 | 6) {
    this.#family = family === 4 ? IPV4 : IPV6;
  }

  count(
    place: number,
    type: number,
    rcode: number,
    dnssecOk: boolean,
    requestBytes: number,
    responseBytes: number,
    plugin: number,
  ): void {
    this.#pending[place] = (this.#pending[place] as number) + 1;
    countQuery(
      this.#values,
      place * this.#stride,
      this.#transport,
      this.#family,
      type,
      dnssecOk,
      requestBytes,
      responseBytes,
      rcode,
      plugin,
    );
  }

  /** The clock is read twice a batch: reading it for every query would cost half of what the answer does. */
  startBatch(): void {
    this.#startedMs = performance.now();
  }

  endBatch(): void {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const pending = this.#pending;
    for (let place = 0; place < pending.length; place++) {
      const queries = pending[place] as number;
      if (queries === 0) continue;
      countDuration(this.#values, place * this.#stride, seconds, queries);
      pending[place] = 0;
    }
  }
}
