/** Longest delay that timers take, about 24.8 days. */
const maxTimerMs = 0x7fffffff;

/** How many keys are worked on before other work of the process gets a turn. */
const keysPerTurn = 256;

/**
 * Keys that need work, each at most once however often it was added: the work looks at the present state, so what
 * happened in between does not matter (level-triggered). Work begins in a later turn, which gathers bursts.
 */
export class WorkQueue {
  readonly #work: (key: string) => void;
  readonly #keys = new Set<string>();
  readonly #later = new Map<string, { readonly atMs: number; readonly timer: NodeJS.Timeout }>();
  #turn: NodeJS.Immediate | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  get isIdle(): boolean {
    return this.#keys.size === 0;
  }

  add(key: string): void {
    this.#keys.add(key);
    this.#turn ??= setImmediate(() => this.#run());
  }

  /** Adds the key when the time has passed; of several times the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs > maxTimerMs) return;
    const atMs = performance.now() + delayMs;
    const known = this.#later.get(key);
    if (known !== undefined && known.atMs <= atMs) return;
    clearTimeout(known?.timer);
    const due = () => {
      this.#later.delete(key);
      this.add(key);
    };
    this.#later.set(key, { atMs, timer: setTimeout(due, delayMs).unref() });
  }

  /** Resolves when no key is left but those for later. */
  async idle(): Promise<void> {
    if (this.isIdle) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Forgets all keys; nothing is worked on any more. */
  close(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#keys.clear();
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    this.#finish();
  }

  #run(): void {
    this.#turn = undefined;
    let left = keysPerTurn;
    for (const key of this.#keys) {
      if (left === 0) break;
      left -= 1;
      this.#keys.delete(key);
      this.#work(key);
    }
    if (this.#keys.size > 0) this.#turn ??= setImmediate(() => this.#run());
    else this.#finish();
  }

  #finish(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
