import type { ResourceRow, Verb } from "../contract.ts";
import { subresourcesOf } from "../discovery/subresources.ts";
import type { UserInfo } from "../security/contract.ts";
import { methodNotAllowed, noSuchResource } from "../status.ts";
import type { CollectionHandler } from "./collection-handler.ts";
import type { Exchange } from "./exchange.ts";
import type { ObjectHandler } from "./object-handler.ts";
import type { PartHandler } from "./part-handler.ts";
import { flag } from "./query.ts";
import { answerReview } from "./review-handler.ts";
import type { Target } from "./route.ts";
import type { VerbOfMany, VerbOfOne } from "./verbs.ts";

/** What serves the parts of the API that are no plain objects. */
export interface ResourceHandlers {
  readonly collections: CollectionHandler;
  readonly objects: ObjectHandler;
  /** By name of the subresource; status is a matter of objects. */
  readonly parts: ReadonlyMap<string, PartHandler>;
}

/** Finds out what a request is about and hands it to the handler of collections, of single objects, or of a part. */
export class ResourceHandler {
  readonly #handlers: ResourceHandlers;

  constructor(handlers: ResourceHandlers) {
    this.#handlers = handlers;
  }

  /** @throws StatusError 404, 405, and what the verbs throw */
  async handle(exchange: Exchange, target: Target, user: UserInfo): Promise<void> {
    const { collections, objects, parts } = this.#handlers;
    const { name, row, subresource } = target;
    if (row.isReview) return answerReview(exchange, target, user);
    if (name === undefined) {
      const verb = permitted(verbOfMany(exchange, target), row, exchange);
      return collections.handle(exchange, target, verb);
    }
    if (subresource !== undefined && !subresourcesOf(row).some((part) => part.name === subresource))
      throw noSuchResource();
    const part = parts.get(subresource ?? "");
    if (part !== undefined) return part.handle(exchange, { ...target, name });
    const verb = permitted(verbsOfOne[exchange.method], row, exchange);
    return objects.handle(exchange, { ...target, name }, verb);
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
