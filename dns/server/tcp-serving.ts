/** What the TCP connections of one listener answer with; exchanged between two reads, since all run on one thread. */
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import type { Serving } from "./contract.ts";
import { FastPath } from "./fast-path.ts";
import { QueryCounter } from "./query-counter.ts";
import { createTcpMemory, type TcpFastPath } from "./tcp-answers.ts";

export class TcpServing implements TcpFastPath {
  readonly memory = createTcpMemory();
  readonly #reader: number;
  #serving: Serving;
  #counts: QueryCounts;
  #counter: QueryCounter;
  #path: FastPath;

  /** @param reader the main thread's place among the readers of the tables */
  constructor(serving: Serving, reader: number) {
    this.#reader = reader;
    this.#serving = serving;
    this.#counts = serving.createCounts();
    // The family is set for each read.
    this.#counter = new QueryCounter(this.#counts, "tcp", 4);
    this.#path = new FastPath(serving.plan, reader, this.memory, this.#counter);
  }

  get path(): FastPath {
    return this.#path;
  }

  get counter(): QueryCounter {
    return this.#counter;
  }

  get serving(): Serving {
    return this.#serving;
  }

  adopt(serving: Serving): void {
    this.retire();
    this.#serving = serving;
    this.#counts = serving.createCounts();
    this.#counter = new QueryCounter(this.#counts, "tcp", 4);
    this.#path = new FastPath(serving.plan, this.#reader, this.memory, this.#counter);
  }

  /** Nothing is counted any more. */
  retire(): void {
    this.#serving.retireCounts(this.#counts);
  }
}
