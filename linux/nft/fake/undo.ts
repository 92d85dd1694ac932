/** How to go back: each change says how it is undone. */
export class UndoLog {
  readonly #steps: (() => unknown)[] = [];

  /** Makes a change and remembers its opposite. */
  change(make: () => unknown, undo: () => unknown): this {
    make();
    this.#steps.push(undo);
    return this;
  }

  rollBack(): void {
    for (const undo of this.#steps.reverse()) undo();
    this.#steps.length = 0;
  }
}
