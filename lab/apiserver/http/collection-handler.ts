import type { Operations } from "../rest/operations.ts";
import type { Reader } from "../rest/reader.ts";
import type { Remover } from "../rest/remover.ts";
import type { Writer } from "../rest/writer.ts";
import { expired } from "../status.ts";
import { readObject } from "./body.ts";
import { deletionIn } from "./delete-options.ts";
import type { Exchange } from "./exchange.ts";
import { writeList } from "./list.ts";
import type { Present } from "./presentation/choose.ts";
import { integer, listQuery } from "./query.ts";
import type { Target } from "./route.ts";
import { sendJson } from "./send.ts";
import type { VerbOfMany } from "./verbs.ts";
import { writeWatch } from "./watch.ts";
import { writeOptions } from "./write-query.ts";

export interface CollectionHandlerOptions {
  readonly bookmarkIntervalMs: number;
  readonly expiredWatchAs: "event" | "status";
  /** In [0, 1): spreads the ends of watches that name no timeout. */
  readonly random: () => number;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** How long a watch that names no timeout lasts at least. */
const shortestWatchSeconds = 1800;

/** List, watch, create and the deletion of many. */
export class CollectionHandler {
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #remover: Remover;
  readonly #present: Present;
  readonly #options: CollectionHandlerOptions;

  constructor(operations: Operations, present: Present, options: CollectionHandlerOptions) {
    this.#reader = operations.reader;
    this.#writer = operations.writer;
    this.#remover = operations.remover;
    this.#present = present;
    this.#options = options;
  }

  async handle(exchange: Exchange, target: Target, verb: VerbOfMany): Promise<void> {
    switch (verb) {
      case "list":
        return this.#list(exchange, target);
      case "watch":
        return this.#watch(exchange, target);
      case "create":
        return this.#create(exchange, target);
      case "deletecollection":
        return this.#delete(exchange, target);
    }
  }

  #list(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const page = this.#reader.list(row, namespace, listQuery(exchange.url.searchParams));
    return writeList(exchange, this.#present(exchange, row), page);
  }

  async #create(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const presentation = this.#present(exchange, row);
    const body = await readObject(exchange, row);
    const stored = this.#writer.create(row, namespace, body, writeOptions(exchange));
    sendJson(exchange, 201, presentation.one(stored));
  }

  async #delete(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const presentation = this.#present(exchange, row);
    const { preconditions: _, ...options } = await deletionIn(exchange);
    const query = listQuery(exchange.url.searchParams);
    const page = this.#remover.deleteCollection(row, namespace, query, options);
    await writeList(exchange, presentation, page);
  }

  #watch(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const { bookmarkIntervalMs, expiredWatchAs, random, closing } = this.#options;
    const parameters = exchange.url.searchParams;
    const query = listQuery(parameters);
    const presentation = this.#present(exchange, row);
    const watch = this.#reader.watch(row, namespace, query);
    if (watch.isCompacted && expiredWatchAs === "status") {
      throw expired(`too old resource version: ${query.resourceVersion}`);
    }
    const seconds = integer(parameters, "timeoutSeconds") || shortestWatchSeconds * (1 + random());
    return writeWatch(exchange, presentation, watch, {
      timeoutMs: seconds * 1000,
      bookmarkIntervalMs: query.allowWatchBookmarks ? bookmarkIntervalMs : undefined,
      marksInitialEnd: query.sendInitialEvents ?? false,
      revision: () => this.#reader.revision,
      closing,
    });
  }
}
