/** How long what was read of the host's links is told again. */
const freshMs = 20;

/** What was read a moment ago, for calls that go on beside one another: a hundred ADDs ask for the same bridge. */
export class Recent {
  readonly #known = new Map<string, { readonly value: unknown; readonly untilMs: number }>();

  /** The value of `read` for the key, of which there is but one. Undefined is asked for again. */
  get<Value>(key: string, read: () => Value): Value {
    const known = this.#known.get(key);
    // What stands under a key came from the same `read`.
    if (known !== undefined && performance.now() < known.untilMs) return known.value as Value;
    const value = read();
    if (value === undefined) this.#known.delete(key);
    else this.#known.set(key, { value, untilMs: performance.now() + freshMs });
    return value;
  }

  forget(): void {
    this.#known.clear();
  }
}
