/**
 * Services that are gone from the cluster and stay in the kernel for a moment: who was told an address just before it
 * went is refused or served by what is left, and does not wait for a packet that nobody answers.
 */
export interface DepartedService {
  readonly namespace: string;
  readonly name: string;
}

interface Departure extends DepartedService {
  readonly addresses: ReadonlySet<string>;
  readonly dueMs: number;
}

export class Departures {
  readonly #delayMs: number;
  /** The first to go first. */
  readonly #held = new Map<string, Departure>();

  /** @param delayMs how long they stay; 0: not at all */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** When due() has something next. */
  get nextMs(): number | undefined {
    const [first] = this.#held.values();
    return first?.dueMs;
  }

  /** False where nothing stays: then it is to go at once. */
  hold({ namespace, name }: DepartedService, addresses: Iterable<string>, nowMs: number): boolean {
    if (this.#delayMs === 0) return false;
    const dueMs = nowMs + this.#delayMs;
    this.#held.set(nameOf({ namespace, name }), {
      namespace,
      name,
      addresses: new Set(addresses),
      dueMs,
    });
    return true;
  }

  has(service: DepartedService): boolean {
    return this.#held.has(nameOf(service));
  }

  /** It is there again. */
  cancel(service: DepartedService): void {
    this.#held.delete(nameOf(service));
  }

  /** Those that must go now, because others answer at their addresses. */
  claimed(addresses: readonly string[]): readonly DepartedService[] {
    return this.#release((departure) => addresses.some((it) => departure.addresses.has(it)));
  }

  /** Those whose time is over. */
  due(nowMs: number): readonly DepartedService[] {
    return this.#release(({ dueMs }) => dueMs <= nowMs);
  }

  #release(isLeaving: (departure: Departure) => boolean): readonly DepartedService[] {
    const leaving = [...this.#held.values()].filter(isLeaving);
    for (const service of leaving) this.cancel(service);
    return leaving;
  }
}

function nameOf({ namespace, name }: DepartedService): string {
  return `${namespace}/${name}`;
}
