import { quantile } from "../stats.ts";

/** What an open-loop run found. Latencies are in microseconds, counted from the scheduled time. */
export interface LatencyFigures {
  readonly scheduled: number;
  readonly answered: number;
  readonly lost: number;
  /** Answers that were not what the query asked for, where that is known. */
  readonly wrong: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
  /** p99 of how far behind its schedule the client itself sent: latencies below it say nothing of the server. */
  readonly sendLagP99Us: number;
}

const idsPerSocket = 65_536;

/**
 * Which queries are under way, by socket and message ID, and how long the answered ones took. A latency counts from
 * the time the query was due, not from when it was sent: a stalled server or client delays all that is due
 * meanwhile, and a client that waits would hide it (coordinated omission). All memory is taken at once.
 */
export class LatencyLedger {
  readonly #dueMs: Float64Array;
  readonly #latenciesUs: Float64Array;
  readonly #lagsUs: Float64Array;
  #sent = 0;
  #answered = 0;
  #wrong = 0;

  /** `queries` is how many will be sent in all. */
  constructor(sockets: number, queries: number) {
    this.#dueMs = new Float64Array(sockets * idsPerSocket);
    this.#latenciesUs = new Float64Array(queries);
    this.#lagsUs = new Float64Array(queries);
  }

  get outstanding(): number {
    return this.#sent - this.#answered;
  }

  /** Forgets what it counted. Nothing may be under way. */
  clear(): void {
    this.#dueMs.fill(0);
    this.#sent = 0;
    this.#answered = 0;
    this.#wrong = 0;
  }

  /** A query left for the server. An ID still under way after 65,536 more is given up: its answer counts for none. */
  sent(socket: number, id: number, dueMs: number, nowMs: number): void {
    this.#dueMs[socket * idsPerSocket + id] = dueMs;
    this.#lagsUs[this.#sent] = (nowMs - dueMs) * 1000;
    this.#sent += 1;
  }

  /** An answer came. Ones that belong to no query are ignored. */
  answered(socket: number, id: number, nowMs: number, isRight = true): void {
    const index = socket * idsPerSocket + id;
    const dueMs = this.#dueMs[index] ?? 0;
    if (dueMs === 0) return;
    this.#dueMs[index] = 0;
    this.#latenciesUs[this.#answered] = (nowMs - dueMs) * 1000;
    this.#answered += 1;
    if (!isRight) this.#wrong += 1;
  }

  /** Percentiles over all queries that were due; a lost one counts as the time-out. */
  figures(timeoutMs: number): LatencyFigures {
    const latencies = Array.from(this.#latenciesUs.subarray(0, this.#sent)).fill(
      timeoutMs * 1000,
      this.#answered,
    );
    const lags = Array.from(this.#lagsUs.subarray(0, this.#sent));
    return {
      scheduled: this.#sent,
      answered: this.#answered,
      lost: this.outstanding,
      wrong: this.#wrong,
      p50Us: quantile(latencies, 0.5),
      p99Us: quantile(latencies, 0.99),
      p999Us: quantile(latencies, 0.999),
      maxUs: quantile(latencies, 1),
      sendLagP99Us: quantile(lags, 0.99),
    };
  }
}
