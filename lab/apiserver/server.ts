import { randomUUID } from "node:crypto";
import { bootstrap } from "./bootstrap.ts";
import type { ApiServer, ApiServerOptions, ListenAddress, ObjectApi, Sources } from "./contract.ts";
import { Handler } from "./http/handler.ts";
import { Listener } from "./http/listener.ts";
import { ResourceHandler } from "./http/resource-handler.ts";
import { createStrategies } from "./kinds/strategies.ts";
import { Objects } from "./objects.ts";
import { builtinRows } from "./resources/rows.ts";
import { ResourceTable } from "./resources/table.ts";
import { Reader } from "./rest/reader.ts";
import { Writer } from "./rest/writer.ts";
import { Store } from "./store/store.ts";

/** Makes a server with its bootstrap objects in place; listen() opens it to clients. */
export function createApiServer(options: ApiServerOptions = {}): ApiServer {
  return new EmbeddedApiServer(options);
}

class EmbeddedApiServer implements ApiServer {
  readonly objects: ObjectApi;
  readonly #store: Store;
  readonly #listener: Listener;
  readonly #closing = new AbortController();

  constructor(options: ApiServerOptions) {
    const sources: Sources = {
      now: Date.now,
      random: Math.random,
      uid: randomUUID,
      ...options.sources,
    };
    const table = new ResourceTable(builtinRows);
    this.#store = new Store({
      historyEvents: options.historyEvents ?? 16_384,
      initialRevision: options.initialRevision ?? 0,
    });
    const reader = new Reader(this.#store);
    const writer = new Writer(this.#store, reader, createStrategies(), sources);
    this.objects = new Objects(table, reader, writer);
    const resources = new ResourceHandler(reader, writer, {
      bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
      expiredWatchAs: options.expiredWatchAs ?? "event",
      random: sources.random,
      closing: this.#closing.signal,
    });
    this.#listener = new Listener(new Handler(table, resources, options.logger));
    bootstrap(this.objects);
  }

  get revision(): number {
    return this.#store.revision;
  }

  get url(): string {
    return this.#listener.url;
  }

  listen(address: ListenAddress): Promise<ListenAddress> {
    return this.#listener.listen(address);
  }

  compact(): void {
    this.#store.compact();
  }

  async settled(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#listener.close();
  }
}
