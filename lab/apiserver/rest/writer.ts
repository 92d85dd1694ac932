import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ResourceRow, Sources } from "../contract.ts";
import { decode } from "../kinds/decode.ts";
import type { Strategies, Strategy } from "../kinds/strategy.ts";
import { collectionOf } from "../resources/table.ts";
import { alreadyExists, badRequest, invalid } from "../status.ts";
import type { Collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";
import { StoredObject } from "../store/stored-object.ts";
import {
  checkNamespace,
  checkNamespaceExists,
  checkPreconditions,
  type Preconditions,
} from "./checks.ts";
import { keyOf } from "./keys.ts";
import type { ListQuery } from "./list-query.ts";
import { createdMetadata, generatedName, metadataProblems, timestamp } from "./metadata.ts";
import { isReleased, mergeParts, type Part, withGeneration } from "./parts.ts";
import type { ListPage, Reader } from "./reader.ts";

export interface WriteOptions {
  /** Goes through every check and stores nothing. */
  readonly dryRun?: boolean;
}

/**
 * Create, update and delete, the same for every resource: a row says what is special about it, a strategy what its
 * kind fills in and forbids. Synchronous: an operation is done or refused when it returns.
 */
export class Writer {
  readonly #store: Store;
  readonly #reader: Reader;
  readonly #strategies: Strategies;
  readonly #sources: Sources;

  constructor(store: Store, reader: Reader, strategies: Strategies, sources: Sources) {
    this.#store = store;
    this.#reader = reader;
    this.#strategies = strategies;
    this.#sources = sources;
  }

  /** @throws StatusError 400, 403, 404 (namespace), 409, 422 */
  create(
    row: ResourceRow,
    namespace: string,
    given: unknown,
    options: WriteOptions = {},
  ): StoredObject {
    const body = decode(given, row);
    checkNamespace(body, row, namespace);
    if (body.metadata.resourceVersion) {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    const collection = this.#collection(row);
    const name = body.metadata.name || this.#newName(body, row, namespace, collection);
    const strategy = this.#strategyOf(row);
    const metadata = createdMetadata(body.metadata, row, namespace, name, this.#sources);
    const complete = completed(strategy, { ...body, metadata });
    validate(complete, undefined, row, strategy);
    if (row.namespaced) checkNamespaceExists(this.#store, row, namespace, name);
    const key = keyOf(row, namespace, name);
    if (collection.get(key) !== undefined) throw alreadyExists(row, name);
    const object = strategy.allocate?.(complete) ?? complete;
    return this.#put(collection, key, object, options);
  }

  /**
   * Writes what `change` makes of the present object: a replacement, or the result of a patch. A
   * metadata.resourceVersion in it that is not the present one is a conflict. What changes nothing is not written.
   * @throws StatusError 400, 404, 409, 422
   */
  update(
    row: ResourceRow,
    namespace: string,
    name: string,
    change: (present: KubeObject) => unknown,
    part: Part = "object",
    options: WriteOptions = {},
  ): StoredObject {
    const present = this.#reader.get(row, namespace, name);
    const before = present.object;
    const given = decode(change(before), row);
    checkNamespace(given, row, namespace);
    if (given.metadata.name !== name) {
      throw badRequest(
        `the name of the object (${given.metadata.name}) does not match the name on the URL (${name})`,
      );
    }
    checkPreconditions(row, before, given.metadata);
    const strategy = this.#strategyOf(row);
    const merged = mergeParts(row, before, given, part);
    const carried = strategy.carryOver?.(merged, before) ?? merged;
    const complete = completed(strategy, carried);
    validate(complete, before, row, strategy);
    const allocated = strategy.allocate?.(complete) ?? complete;
    const after = withGeneration(row, before, allocated);
    if (isDeepStrictEqual(before, after)) return present;
    const collection = this.#collection(row);
    if (options.dryRun !== true && isReleased(before, after))
      return this.#store.remove(collection, present);
    return this.#put(collection, present.key, after, options);
  }

  /**
   * Removes, or marks as terminating what has finalizers. The answer is what is left, or was last seen.
   * @throws StatusError 404, 409
   */
  delete(
    row: ResourceRow,
    namespace: string,
    name: string,
    preconditions: Preconditions = {},
    options: WriteOptions = {},
  ): StoredObject {
    const present = this.#reader.get(row, namespace, name);
    checkPreconditions(row, present.object, preconditions);
    if (options.dryRun === true) return present;
    const { metadata } = present.object;
    const collection = this.#collection(row);
    const terminate = this.#strategyOf(row).terminate;
    const waits = (metadata.finalizers?.length ?? 0) > 0 || terminate !== undefined;
    if (!waits) return this.#store.remove(collection, present);
    if (metadata.deletionTimestamp !== undefined) return present;
    const deletionTimestamp = timestamp(this.#sources.now());
    const marked = {
      ...present.object,
      metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 },
    };
    return this.#store.put(collection, present.key, terminate?.(marked) ?? marked);
  }

  /** Deletes what a list with the same query shows, and says what that was. */
  deleteCollection(
    row: ResourceRow,
    namespace: string,
    query: ListQuery,
    options: WriteOptions = {},
  ): ListPage {
    const page = this.#reader.list(row, namespace, query);
    for (const { object } of page.items) {
      this.delete(row, object.metadata.namespace ?? "", object.metadata.name, {}, options);
    }
    return page;
  }

  /** Removes an object that waited for its controller, which calls this when nothing is left to wait for. */
  finalize(row: ResourceRow, namespace: string, name: string): void {
    const collection = this.#collection(row);
    const present = collection.get(keyOf(row, namespace, name));
    if (present !== undefined) this.#store.remove(collection, present);
  }

  #collection(row: ResourceRow): Collection {
    return this.#store.collection(collectionOf(row));
  }

  #strategyOf(row: ResourceRow): Strategy {
    return this.#strategies.get(`${row.group}/${row.kind}`) ?? {};
  }

  #put(
    collection: Collection,
    key: string,
    object: KubeObject,
    { dryRun }: WriteOptions,
  ): StoredObject {
    if (dryRun === true) return new StoredObject(key, this.#store.revision, object);
    return this.#store.put(collection, key, object);
  }

  #newName(
    { metadata }: KubeObject,
    row: ResourceRow,
    namespace: string,
    collection: Collection,
  ): string {
    const base = metadata.generateName ?? "";
    if (base === "") {
      const message = "Required value: name or generateName is required";
      throw invalid(row, "", [{ field: "metadata.name", reason: "FieldValueRequired", message }]);
    }
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const name = generatedName(base, this.#sources.random);
      if (collection.get(keyOf(row, namespace, name)) === undefined) return name;
    }
    throw alreadyExists(row, base);
  }
}

function completed(strategy: Strategy, object: KubeObject): KubeObject {
  return strategy.complete?.(object) ?? object;
}

function validate(
  object: KubeObject,
  before: KubeObject | undefined,
  row: ResourceRow,
  strategy: Strategy,
): void {
  const problems = [
    ...metadataProblems(object, row),
    ...(strategy.validate?.(object, before) ?? []),
  ];
  if (problems.length > 0) throw invalid(row, object.metadata.name, problems);
}
