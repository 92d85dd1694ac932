import type { Verb } from "../contract.ts";
import type { Part } from "../rest/parts.ts";
import type { Reader } from "../rest/reader.ts";
import type { Writer } from "../rest/writer.ts";
import { expired, methodNotAllowed, noSuchResource } from "../status.ts";
import { readObject } from "./body.ts";
import { deleteOptions } from "./delete-options.ts";
import type { Exchange } from "./exchange.ts";
import { writeList } from "./list.ts";
import { readPatch } from "./patch.ts";
import { dryRun, flag, integer, listQuery } from "./query.ts";
import type { Target } from "./route.ts";
import { sendJson } from "./send.ts";
import { writeWatch } from "./watch.ts";

export interface ResourceHandlerOptions {
  readonly bookmarkIntervalMs: number;
  readonly expiredWatchAs: "event" | "status";
  /** In [0, 1): spreads the ends of watches that name no timeout. */
  readonly random: () => number;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** A named target, which every operation on one object has. */
type NamedTarget = Target & { readonly name: string };

/** Maps method, path and parameters to the operations of Reader and Writer. */
export class ResourceHandler {
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #options: ResourceHandlerOptions;

  constructor(reader: Reader, writer: Writer, options: ResourceHandlerOptions) {
    this.#reader = reader;
    this.#writer = writer;
    this.#options = options;
  }

  async handle(exchange: Exchange, target: Target): Promise<void> {
    const verb = verbOf(exchange, target);
    if (verb === undefined || !target.row.verbs.includes(verb))
      throw methodNotAllowed(target.row, exchange.method);
    const { name } = target;
    if (name !== undefined) return this.#one(exchange, { ...target, name }, verb);
    if (verb === "list") return this.#list(exchange, target);
    if (verb === "watch") return this.#watch(exchange, target);
    if (verb === "create") return this.#create(exchange, target);
    return this.#deleteCollection(exchange, target);
  }

  async #one(exchange: Exchange, target: NamedTarget, verb: Verb): Promise<void> {
    const { row, namespace, name } = target;
    const part = partOf(target);
    const options = { dryRun: dryRun(exchange.url.searchParams) };
    if (verb === "get") return sendJson(exchange, 200, this.#reader.get(row, namespace, name).text);
    if (verb === "delete" && part === "object") return this.#delete(exchange, target);
    if (verb !== "update" && verb !== "patch") throw methodNotAllowed(row, exchange.method);
    const change =
      verb === "patch" ? await readPatch(exchange) : replacement(await readObject(exchange));
    sendJson(exchange, 200, this.#writer.update(row, namespace, name, change, part, options).text);
  }

  async #create(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const body = await readObject(exchange);
    const options = { dryRun: dryRun(exchange.url.searchParams) };
    sendJson(exchange, 201, this.#writer.create(row, namespace, body, options).text);
  }

  async #delete(exchange: Exchange, { row, namespace, name }: NamedTarget): Promise<void> {
    const { preconditions, ...options } = await deleteOptions(exchange);
    sendJson(exchange, 200, this.#writer.delete(row, namespace, name, preconditions, options).text);
  }

  async #deleteCollection(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const { preconditions: _, ...options } = await deleteOptions(exchange);
    const query = listQuery(exchange.url.searchParams);
    await writeList(exchange, row, this.#writer.deleteCollection(row, namespace, query, options));
  }

  #list(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    return writeList(
      exchange,
      row,
      this.#reader.list(row, namespace, listQuery(exchange.url.searchParams)),
    );
  }

  #watch(exchange: Exchange, { row, namespace }: Target): Promise<void> {
    const parameters = exchange.url.searchParams;
    const query = listQuery(parameters);
    const watch = this.#reader.watch(row, namespace, query);
    if (watch.isCompacted && this.#options.expiredWatchAs === "status") {
      throw expired(`too old resource version: ${query.resourceVersion}`);
    }
    const seconds = integer(parameters, "timeoutSeconds") || 1800 * (1 + this.#options.random());
    return writeWatch(exchange, row, watch, {
      timeoutMs: seconds * 1000,
      bookmarkIntervalMs: query.allowWatchBookmarks ? this.#options.bookmarkIntervalMs : undefined,
      marksInitialEnd: query.sendInitialEvents ?? false,
      revision: () => this.#reader.revision,
      closing: this.#options.closing,
    });
  }
}

/** Undefined where the method means nothing at the path: writes to all namespaces at once, for one. */
function verbOf({ method, url }: Exchange, { name, namespace, row }: Target): Verb | undefined {
  if (name !== undefined) return verbsOfOne[method];
  if (method === "GET") return flag(url.searchParams, "watch") ? "watch" : "list";
  return namespace !== "" || !row.namespaced ? verbsOfMany[method] : undefined;
}

const verbsOfOne: Readonly<Record<string, Verb | undefined>> = {
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const verbsOfMany: Readonly<Record<string, Verb | undefined>> = {
  POST: "create",
  DELETE: "deletecollection",
};

/** @throws StatusError 404 for a subresource that is not served */
function partOf({ row, subresource }: Target): Part {
  if (subresource === undefined) return "object";
  if (subresource === "status" && row.hasStatus) return "status";
  throw noSuchResource();
}

function replacement(body: unknown): () => unknown {
  return () => body;
}
