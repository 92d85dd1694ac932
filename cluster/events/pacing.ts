/** A token bucket over injected time. */
export class TokenBucket {
  readonly #burst: number;
  readonly #refillMs: number;
  #tokens: number;
  #countedMs: number;

  /** @param refillMs the time after which one token more is there */
  constructor(burst: number, refillMs: number, nowMs: number) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#tokens = burst;
    this.#countedMs = nowMs;
  }

  /** Takes a token, or says how long it is until there is one. */
  take(nowMs: number): { readonly waitMs: number } {
    const gained = (nowMs - this.#countedMs) / this.#refillMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#countedMs = nowMs;
    if (this.#tokens < 1) return { waitMs: Math.ceil((1 - this.#tokens) * this.#refillMs) };
    this.#tokens--;
    return { waitMs: 0 };
  }
}
