/** How long a burst is taken to go on: of its calls some are not read yet while one is served. */
const burstMs = 10;

/** Whether calls go on beside one another, or did a moment ago. */
export class CallsAtOnce {
  #count = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  begin(): void {
    this.#count += 1;
    this.#note();
  }

  end(): void {
    this.#note();
    this.#count -= 1;
  }

  get areSeveral(): boolean {
    return this.#count > 1 || performance.now() < this.#untilMs;
  }

  #note(): void {
    if (this.#count > 1) this.#untilMs = performance.now() + burstMs;
  }
}
