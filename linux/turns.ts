/** Lets so many pieces of work go on at once; others wait for their turn, in order. */
export class Turns {
  readonly #most: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#underWay >= this.#most)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    else this.#underWay += 1;
    try {
      return await work();
    } finally {
      // Handed on, or given back.
      const next = this.#waiting.shift();
      if (next !== undefined) next();
      else this.#underWay -= 1;
    }
  }
}
