/**
 * Bounds on what the slow path has in hand: a limit for all and one a client, so that one busy pod cannot take the
 * place of the others. What is over a limit is shed at once; a client asks again.
 */

export interface AdmissionLimits {
  readonly total: number;
  readonly perClient: number;
}

const defaultAdmission: AdmissionLimits = { total: 10_000, perClient: 1000 };

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #inFlight = new Map<string, number>();
  #total = 0;
  #shed = 0;

  constructor(limits: AdmissionLimits = defaultAdmission) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#total;
  }

  /** Queries turned away since the start. */
  get shed(): number {
    return this.#shed;
  }

  /** Runs the work if there is room for it, else returns undefined at once. */
  async run<T>(client: string, work: () => Promise<T>): Promise<T | undefined> {
    const mine = this.#inFlight.get(client) ?? 0;
    if (this.#total >= this.#limits.total || mine >= this.#limits.perClient) {
      this.#shed++;
      return undefined;
    }
    this.#total++;
    this.#inFlight.set(client, mine + 1);
    try {
      return await work();
    } finally {
      this.#total--;
      const left = (this.#inFlight.get(client) ?? 1) - 1;
      if (left === 0) this.#inFlight.delete(client);
      else this.#inFlight.set(client, left);
    }
  }
}
