import type {
  Chain,
  CommitResult,
  Element,
  NamedSet,
  Nftables,
  ReadElement,
  Refusal,
  TableFamily,
  TableId,
  Transaction,
} from "../contract.ts";
import { encodeBatch } from "../encode/batch.ts";
import { firstUnknown } from "../references.ts";
import { formatTable } from "../text/table.ts";
import { dropLapsed } from "./apply-elements.ts";
import { type FakeElement, type FakeSet, type FakeTable, keyOfTable } from "./state.ts";
import { applyTransaction } from "./transaction.ts";
import { UndoLog } from "./undo.ts";

export interface FakeOptions {
  /** The clock by which elements lapse. */
  readonly nowMs?: () => number;
}

/**
 * nf_tables in memory, held to the kernel's behaviour by one suite over both: references, atomicity, refusals and
 * what `nft list table` prints.
 */
export class FakeNftables implements Nftables {
  readonly #tables = new Map<string, FakeTable>();
  readonly #nowMs: () => number;
  #refuses: (set: string, element: Element) => string | undefined = () => undefined;
  #next: CommitResult | undefined;
  #commits = 0;

  constructor({ nowMs = Date.now }: FakeOptions = {}) {
    this.#nowMs = nowMs;
  }

  /** Transactions that were applied. */
  get commits(): number {
    return this.#commits;
  }

  /** Elements for which this gives an errno's name are refused with it, until it is called with another function. */
  refuseElements(refuses: (set: string, element: Element) => string | undefined): void {
    this.#refuses = refuses;
  }

  /** The next transaction is not applied and comes back with this, whatever it says. */
  answerNext(result: CommitResult): void {
    this.#next = result;
  }

  /** Packets hit an element of a set that counts. */
  hit(table: TableId, setName: string, key: Uint8Array, packets: bigint): void {
    const set = this.#set(table, setName);
    const element = set?.elements.find({ key });
    if (set === undefined || element === undefined) return;
    set.elements.add({ ...element, packets: (element.packets ?? 0n) + packets });
  }

  /** The table as `nft list table` prints it; undefined where it is not there. */
  dump(id: TableId): string | undefined {
    const table = this.#tables.get(keyOfTable(id));
    if (table === undefined) return undefined;
    return formatTable({
      id,
      ...(table.comment === undefined ? {} : { comment: table.comment }),
      sets: [...table.sets.values()].map((set) => ({
        set: set.set,
        elements: this.#read(set, table),
      })),
      chains: [...table.chains.values()].map(({ chain, rules }) => ({
        chain,
        rules: rules.map(({ rule }) => rule),
      })),
    });
  }

  async commit(transaction: Transaction): Promise<CommitResult> {
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined && !next.ok) return next;
    const refusal = this.#apply(transaction);
    if (refusal !== undefined) return { ok: false, refusal };
    this.#commits += 1;
    return { ok: true };
  }

  async tables(family: TableFamily): Promise<readonly string[]> {
    const tables = [...this.#tables.values()].filter(({ id }) => id.family === family);
    return tables.map(({ id }) => id.name);
  }

  async chains(id: TableId): Promise<readonly Chain[] | undefined> {
    const table = this.#tables.get(keyOfTable(id));
    return table && [...table.chains.values()].map(({ chain }) => chain);
  }

  async rules(
    id: TableId,
    chain: string,
  ): Promise<readonly { readonly handle: number; readonly comment?: string }[]> {
    const rules = this.#tables.get(keyOfTable(id))?.chains.get(chain)?.rules ?? [];
    return rules.map(({ handle, rule: { comment } }) => ({
      handle,
      ...(comment === undefined ? {} : { comment }),
    }));
  }

  async sets(id: TableId): Promise<readonly NamedSet[] | undefined> {
    const table = this.#tables.get(keyOfTable(id));
    return table && [...table.sets.values()].map(({ set }) => set);
  }

  async element(id: TableId, name: string, key: Uint8Array): Promise<ReadElement | undefined> {
    const wanted = Buffer.from(key);
    return (await this.elements(id, name)).find((each) => wanted.equals(each.key));
  }

  async elements(id: TableId, name: string): Promise<readonly ReadElement[]> {
    const table = this.#tables.get(keyOfTable(id));
    const set = this.#set(id, name);
    return table === undefined || set === undefined ? [] : this.#read(set, table);
  }

  async scan(id: TableId, name: string, visit: (element: ReadElement) => void): Promise<void> {
    for (const element of await this.elements(id, name)) visit(element);
  }

  async generation(): Promise<number> {
    return this.#commits;
  }

  async close(): Promise<void> {}

  #set(id: TableId, name: string): FakeSet | undefined {
    return this.#tables.get(keyOfTable(id))?.sets.get(name);
  }

  #read(set: FakeSet, table: FakeTable): readonly ReadElement[] {
    const nowMs = this.#nowMs();
    dropLapsed(set, table, nowMs);
    return [...set.elements.values()].map((element) => readElement(element, set.set, nowMs));
  }

  #apply(transaction: Transaction): Refusal | undefined {
    const { table: id, operations } = transaction;
    const known = (set: string): NamedSet | undefined => this.#set(id, set)?.set;
    const unknown = firstUnknown(operations, (set) => known(set) !== undefined);
    if (unknown !== undefined)
      return { operation: unknown, element: undefined, errnoName: "ENOENT", message: "" };
    // For the faults that are found before the kernel is asked.
    encodeBatch(transaction, known);
    const scope = { tables: this.#tables, id, undo: new UndoLog() };
    const rules = { nowMs: this.#nowMs, refuses: this.#refuses };
    return applyTransaction(operations, { ...scope, ...rules });
  }
}

function readElement(
  { lapsesAtMs, ...element }: FakeElement,
  set: NamedSet,
  nowMs: number,
): ReadElement {
  return {
    ...element,
    ...(set.counter === true ? { packets: element.packets ?? 0n } : {}),
    ...(lapsesAtMs === undefined ? {} : { expiresMs: lapsesAtMs - nowMs }),
  };
}
