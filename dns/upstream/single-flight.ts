import { FairleadError } from "#observe/errors.ts";

/** More different queries are under way than the bound allows. */
export class InFlightLimitError extends FairleadError {
  constructor(limit: number) {
    super("FL-D021", `more than ${limit} different queries wait for upstreams`);
  }
}

export interface SingleFlightLimits {
  /** Different pieces of work under way at a time. */
  readonly total: number;
  /** Those of them under one key. */
  readonly perKey: number;
}

interface Flight<T> {
  readonly variant: string;
  readonly result: Promise<T>;
}

/**
 * Does the same work once for all who want it at the same time. Identical queries in flight side by side would give
 * whoever forges replies one more ID to hit with each of them (a birthday attack, RFC 5452 §5).
 *
 * Work is the same when key and variant are. Variants are what a client can vary without asking for anything else;
 * where one key has too many of them under way, the first must do for all, so that varying helps nobody.
 */
export class SingleFlight<T> {
  readonly #limits: SingleFlightLimits;
  readonly #flights = new Map<string, Flight<T>[]>();
  #size = 0;

  constructor(limits: SingleFlightLimits) {
    this.#limits = limits;
  }

  /** Pieces of work under way. */
  get size(): number {
    return this.#size;
  }

  /**
   * Joins what is under way or starts it.
   *
   * @returns the result, and whether it was under way already
   * @throws InFlightLimitError
   */
  run(
    key: string,
    variant: string,
    work: () => Promise<T>,
  ): { readonly joined: boolean; readonly result: Promise<T> } {
    const flights = this.#flights.get(key) ?? [];
    const same = flights.find((flight) => flight.variant === variant);
    const joined = same ?? (flights.length >= this.#limits.perKey ? flights[0] : undefined);
    if (joined !== undefined) return { joined: true, result: joined.result };
    if (this.#size >= this.#limits.total) throw new InFlightLimitError(this.#limits.total);
    const result = work().finally(() => this.#land(key, flight));
    const flight: Flight<T> = { variant, result };
    this.#flights.set(key, [...flights, flight]);
    this.#size++;
    return { joined: false, result };
  }

  #land(key: string, landed: Flight<T>): void {
    this.#size--;
    const left = (this.#flights.get(key) ?? []).filter((flight) => flight !== landed);
    if (left.length === 0) this.#flights.delete(key);
    else this.#flights.set(key, left);
  }
}
