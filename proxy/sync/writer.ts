import type { CommitResult, Nftables, Operation, Refusal } from "#linux/nft/contract.ts";
import type { PortPlan } from "../contract.ts";
import type { SyncObserver } from "./contract.ts";
import type { PortChanges, Prepared, TableModel } from "./table-model.ts";

export interface RefusedPort {
  readonly id: string;
  /** Undefined: the kernel did not let the port's elements go, so they are not as the model has them. */
  readonly plan: PortPlan | undefined;
  readonly refusal: Refusal;
}

/** What became of a batch. */
export interface WriteOutcome {
  /** Ports that the kernel refuses by themselves; all others are in. */
  readonly refused: readonly RefusedPort[];
  /** Nobody knows whether the kernel took the rest: the table must be read. */
  readonly unknown: boolean;
}

const written: WriteOutcome = { refused: [], unknown: false };

/** Commits what a model prepares. A refused batch is halved until the port at fault stands alone. */
export class TableWriter {
  readonly #nft: Nftables;
  readonly #model: TableModel;
  readonly #observer: Pick<SyncObserver, "onCommit">;
  readonly #nowMs: () => number;

  constructor(
    nft: Nftables,
    model: TableModel,
    observer: Pick<SyncObserver, "onCommit">,
    nowMs: () => number,
  ) {
    this.#nft = nft;
    this.#model = model;
    this.#observer = observer;
    this.#nowMs = nowMs;
  }

  async write(changes: PortChanges): Promise<WriteOutcome> {
    const result = await this.commit(this.#model.prepare(changes));
    if (result.ok) return written;
    if (result.refusal === undefined) return { refused: [], unknown: true };
    if (changes.size > 1) return this.#halves([...changes]);
    return {
      refused: Array.from(changes, ([id, plan]) => ({ id, plan, refusal: result.refusal })),
      unknown: false,
    };
  }

  async commit(prepared: Prepared): Promise<CommitResult> {
    const { transaction, addedElements, removedElements } = prepared;
    if (transaction.operations.length === 0) {
      prepared.accept();
      return { ok: true };
    }
    const result = await this.#timed(transaction.operations, addedElements, removedElements);
    if (result.ok) prepared.accept();
    return result;
  }

  /** Operations that the model answers for already: the steps of a repair. */
  repair(operations: readonly Operation[], added: number, removed: number): Promise<CommitResult> {
    return this.#timed(operations, added, removed);
  }

  async #timed(
    operations: readonly Operation[],
    addedElements: number,
    removedElements: number,
  ): Promise<CommitResult> {
    const startMs = this.#nowMs();
    const result = await this.#nft.commit({ table: this.#model.table, operations });
    this.#observer.onCommit({
      family: this.#model.options.family,
      durationMs: this.#nowMs() - startMs,
      addedElements,
      removedElements,
      ok: result.ok,
    });
    return result;
  }

  async #halves(
    changes: readonly (readonly [string, PortPlan | undefined])[],
  ): Promise<WriteOutcome> {
    const middle = changes.length >> 1;
    const first = await this.write(new Map(changes.slice(0, middle)));
    const second = await this.write(new Map(changes.slice(middle)));
    return {
      refused: [...first.refused, ...second.refused],
      unknown: first.unknown || second.unknown,
    };
  }
}
