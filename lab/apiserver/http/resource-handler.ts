import type { ResourceRow, Verb } from "../contract.ts";
import { methodNotAllowed } from "../status.ts";
import type { CollectionHandler } from "./collection-handler.ts";
import type { Exchange } from "./exchange.ts";
import type { ObjectHandler } from "./object-handler.ts";
import { flag } from "./query.ts";
import type { Target } from "./route.ts";
import type { VerbOfMany, VerbOfOne } from "./verbs.ts";

/** Maps method and path to a verb and hands the request to the handler of collections or of single objects. */
export class ResourceHandler {
  readonly #collections: CollectionHandler;
  readonly #objects: ObjectHandler;

  constructor(collections: CollectionHandler, objects: ObjectHandler) {
    this.#collections = collections;
    this.#objects = objects;
  }

  /** @throws StatusError 404, 405, and what the verbs throw */
  async handle(exchange: Exchange, target: Target): Promise<void> {
    const { name, row } = target;
    if (name !== undefined) {
      const verb = permitted(verbsOfOne[exchange.method], row, exchange);
      return this.#objects.handle(exchange, { ...target, name }, verb);
    }
    const verb = permitted(verbOfMany(exchange, target), row, exchange);
    return this.#collections.handle(exchange, target, verb);
  }
}

function permitted<V extends Verb>(verb: V | undefined, row: ResourceRow, { method }: Exchange): V {
  if (verb === undefined || !row.verbs.includes(verb)) throw methodNotAllowed(row, method);
  return verb;
}

const verbsOfOne: Readonly<Record<string, VerbOfOne | undefined>> = {
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Undefined where the method means nothing at the path: writes to all namespaces at once, for one. */
function verbOfMany({ method, url }: Exchange, { namespace, row }: Target): VerbOfMany | undefined {
  if (method === "GET") return flag(url.searchParams, "watch") ? "watch" : "list";
  if (namespace === "" && row.namespaced) return undefined;
  if (method === "POST") return "create";
  return method === "DELETE" ? "deletecollection" : undefined;
}
