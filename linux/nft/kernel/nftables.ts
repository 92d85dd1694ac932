import type {
  Chain,
  CommitResult,
  NamedSet,
  Nftables,
  ReadElement,
  TableFamily,
  TableId,
  Transaction,
} from "../contract.ts";
import {
  decodeChain,
  decodeGeneration,
  decodeRule,
  decodeSet,
  decodeTableName,
  type ReadRule,
} from "../decode/objects.ts";
import { scanElements } from "../decode/scan.ts";
import { encodeBatch } from "../encode/batch.ts";
import { layoutOf } from "../encode/element-layout.ts";
import { refusalOf } from "../encode/refusal.ts";
import {
  type ReadRequest,
  readChains,
  readElement,
  readElements,
  readGeneration,
  readRules,
  readSets,
  readTables,
} from "../encode/requests.ts";
import { NftReadError } from "../errors.ts";
import { firstUnknown } from "../references.ts";
import { answerInPool, answerTo } from "./answer.ts";
import { Direct } from "./direct.ts";
import { KnownSets } from "./known-sets.ts";
import { type Asked, type StartThread, startThread, Writer } from "./writer.ts";

export interface KernelOptions {
  /** Path of the network namespace that is read and written; the process's own unless given. */
  readonly namespacePath?: string;
  readonly startThread?: StartThread;
  /**
   * Who talks to the kernel: a worker thread of its own, unless given; a thread of libuv's pool, for many small
   * commits; the calling thread, which then waits for as long as it takes.
   */
  readonly by?: "worker" | "pool" | "caller";
}

/** nf_tables of the kernel. */
export function openNftables(options: KernelOptions = {}): Nftables {
  const data = { namespacePath: options.namespacePath };
  if (options.by === "caller") return new KernelNftables(new Direct(data, answerTo));
  if (options.by === "pool") return new KernelNftables(new Direct(data, answerInPool));
  return new KernelNftables(new Writer(data, options.startThread ?? startThread));
}

/** Threads that may end over one question. */
const READ_ATTEMPTS = 5;

class KernelNftables implements Nftables {
  readonly #writer: Asked;
  readonly #known = new KnownSets();
  #last: Promise<unknown> = Promise.resolve();

  constructor(writer: Asked) {
    this.#writer = writer;
  }

  commit(transaction: Transaction): Promise<CommitResult> {
    return this.#inOrder(() => this.#commit(transaction));
  }

  tables(family: TableFamily): Promise<readonly string[]> {
    return this.#inOrder(() => this.#tables(family));
  }

  chains(table: TableId): Promise<readonly Chain[] | undefined> {
    return this.#inOrder(async () => {
      if (!(await this.#exists(table))) return undefined;
      const chains = (await this.#read(readChains(table.family))) ?? [];
      return chains
        .map(decodeChain)
        .filter((read) => read.table === table.name)
        .map(({ chain }) => chain);
    });
  }

  rules(table: TableId, chain: string): Promise<readonly ReadRule[]> {
    return this.#inOrder(async () =>
      ((await this.#read(readRules(table, chain))) ?? []).map(decodeRule),
    );
  }

  sets(table: TableId): Promise<readonly NamedSet[] | undefined> {
    return this.#inOrder(() => this.#sets(table));
  }

  element(table: TableId, set: string, key: Uint8Array): Promise<ReadElement | undefined> {
    return this.#inOrder(async () => {
      const definition = await this.#setOf(table, set);
      if (definition === undefined) return undefined;
      const request = readElement(table, set, layoutOf(definition), key);
      let found: ReadElement | undefined;
      await scanElements(definition, (await this.#read(request, "get")) ?? [], (element) => {
        found = element;
      });
      return found;
    });
  }

  async elements(table: TableId, set: string): Promise<readonly ReadElement[]> {
    const elements: ReadElement[] = [];
    await this.scan(table, set, (element) => elements.push(element));
    return elements;
  }

  scan(table: TableId, set: string, visit: (element: ReadElement) => void): Promise<void> {
    return this.#inOrder(async () => {
      const definition = await this.#setOf(table, set);
      if (definition === undefined) return;
      const bodies = await this.#read(readElements(table, set));
      await scanElements(definition, bodies ?? [], visit);
    });
  }

  generation(): Promise<number> {
    return this.#inOrder(async () => {
      const [body] = (await this.#read(readGeneration(), "get")) ?? [];
      if (body === undefined) throw new NftReadError("the kernel does not say its generation");
      return decodeGeneration(body);
    });
  }

  async close(): Promise<void> {
    await this.#inOrder(() => this.#writer.close());
  }

  /** One call after another, whatever became of the one before. */
  #inOrder<Value>(call: () => Promise<Value>): Promise<Value> {
    const result = this.#last.then(call);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #commit(transaction: Transaction): Promise<CommitResult> {
    const { table, operations } = transaction;
    const known = (set: string): NamedSet | undefined => this.#known.get(table, set);
    const isKnown = (set: string): boolean => known(set) !== undefined;
    if (firstUnknown(operations, isKnown) !== undefined) await this.#sets(table);
    const unknown = firstUnknown(operations, isKnown);
    if (unknown !== undefined) return noSuchSet(unknown);
    const { bytes, origins } = encodeBatch(transaction, known);
    // The writer's memory is the batch's own: it goes to the thread and comes back, without a copy.
    const outcome = await this.#writer.ask({ kind: "batch", bytes: bytes as Buffer<ArrayBuffer> });
    if (outcome.kind === "ended") {
      return this.#inDoubt(table, outcome.reason);
    }
    if (outcome.kind === "refused") {
      const { errnoName, message } = outcome;
      return {
        ok: false,
        refusal: { operation: undefined, element: undefined, errnoName, message },
      };
    }
    if (outcome.kind !== "batch") throw new NftReadError("the writer answered another question");
    const sent = { bytes: Buffer.from(outcome.bytes.buffer), origins };
    const refusal = refusalOf(sent, outcome.acknowledgements);
    if (refusal !== undefined) return { ok: false, refusal };
    if (operations.length > 0 && outcome.acknowledgements.length === 0)
      return this.#inDoubt(table, "the kernel said nothing of it");
    this.#known.follow(table, operations);
    return { ok: true };
  }

  /** What is known of the table's sets may be wrong now, too. */
  #inDoubt(table: TableId, unknown: string): CommitResult {
    this.#known.forget(table);
    return { ok: false, refusal: undefined, unknown };
  }

  async #setOf(table: TableId, set: string): Promise<NamedSet | undefined> {
    if (this.#known.get(table, set) === undefined) await this.#sets(table);
    return this.#known.get(table, set);
  }

  async #tables(family: TableFamily): Promise<readonly string[]> {
    return ((await this.#read(readTables(family))) ?? []).map(decodeTableName);
  }

  async #exists({ family, name }: TableId): Promise<boolean> {
    return (await this.#tables(family)).includes(name);
  }

  async #sets(table: TableId): Promise<readonly NamedSet[] | undefined> {
    if (!(await this.#exists(table))) {
      this.#known.forget(table);
      return undefined;
    }
    const bodies = (await this.#read(readSets(table))) ?? [];
    const sets = bodies.map(decodeSet).filter((set) => set !== undefined);
    this.#known.replace(table, sets);
    return sets;
  }

  /** Undefined where what is asked about is not there. A thread that ends is replaced: reading again does no harm. */
  async #read(
    request: ReadRequest,
    kind: "dump" | "get" = "dump",
  ): Promise<readonly Buffer[] | undefined> {
    let outcome = await this.#writer.ask({ kind, ...request });
    for (let attempt = 1; outcome.kind === "ended" && attempt < READ_ATTEMPTS; attempt++)
      outcome = await this.#writer.ask({ kind, ...request });
    if (outcome.kind === "ended")
      throw new NftReadError(`cannot read nf_tables: ${outcome.reason}`);
    if (outcome.kind === "dump") return outcome.bodies.map((body) => Buffer.from(body.buffer));
    if (outcome.kind === "batch") throw new NftReadError("the writer answered another question");
    if (outcome.errnoName === "ENOENT") return undefined;
    throw new NftReadError(`cannot read nf_tables: ${outcome.errnoName} ${outcome.message}`);
  }
}

function noSuchSet(operation: number): CommitResult {
  const refusal = { operation, element: undefined, errnoName: "ENOENT", message: "" };
  return { ok: false, refusal };
}
