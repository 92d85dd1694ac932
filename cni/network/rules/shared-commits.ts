import type { CommitResult, Nftables, Operation, TableId } from "#linux/nft/contract.ts";

interface Waiting {
  readonly operations: readonly Operation[];
  readonly settle: (result: Promise<CommitResult>) => void;
}

/**
 * Commits whose operations do not depend on one another: those that come while one is under way share the next
 * transaction. Where that is refused each is tried on its own, so that nobody suffers from another's.
 */
export class SharedCommits {
  readonly #nft: Pick<Nftables, "commit">;
  readonly #table: TableId;
  #isBusy = false;
  #waiting: Waiting[] = [];

  constructor(nft: Pick<Nftables, "commit">, table: TableId) {
    this.#nft = nft;
    this.#table = table;
  }

  commit(operations: readonly Operation[]): Promise<CommitResult> {
    const result = new Promise<CommitResult>((resolve) => {
      this.#waiting.push({ operations, settle: resolve });
    });
    if (!this.#isBusy) void this.#run();
    return result;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting;
      this.#waiting = [];
      await this.#runTogether(together);
    }
    this.#isBusy = false;
  }

  async #runTogether(together: readonly Waiting[]): Promise<void> {
    const one = this.#one(together.flatMap(({ operations }) => operations));
    const isTaken = together.length === 1 || (await one.then(({ ok }) => ok).catch(() => false));
    const outcomes = isTaken
      ? together.map(() => one)
      : together.map(({ operations }) => this.#one(operations));
    for (const [index, { settle }] of together.entries()) settle(outcomes[index] ?? one);
    await Promise.allSettled(outcomes);
  }

  #one(operations: readonly Operation[]): Promise<CommitResult> {
    return this.#nft.commit({ table: this.#table, operations });
  }
}
