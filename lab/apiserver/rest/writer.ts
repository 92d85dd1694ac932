import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ResourceRow, Sources } from "../contract.ts";
import { decode } from "../kinds/decode.ts";
import { type Strategies, strategyOf } from "../kinds/strategy.ts";
import { keepManagers, recordUpdate } from "../ownership/record.ts";
import { collectionOf } from "../resources/table.ts";
import { alreadyExists, badRequest } from "../status.ts";
import type { Store } from "../store/store.ts";
import { StoredObject } from "../store/stored-object.ts";
import { admit } from "./admission.ts";
import { checkNamespace, checkNamespaceExists, checkPreconditions } from "./checks.ts";
import { keyOf } from "./keys.ts";
import { createdMetadata } from "./metadata.ts";
import { nameFor } from "./names.ts";
import { writingBy } from "./ownership.ts";
import { isReleased, mergeParts, type Part, withGeneration } from "./parts.ts";
import type { Reader } from "./reader.ts";
import { reportUnknownFields, type WriteOptions } from "./write-options.ts";

/**
 * Create and update, the same for every resource: a row says what is special about it, a strategy what its kind fills
 * in and forbids. Synchronous: an operation is done or refused when it returns.
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
    sent: unknown,
    options: WriteOptions = {},
  ): StoredObject {
    const body = decodeReporting(sent, row, options);
    checkNamespace(body, row, namespace);
    if (body.metadata.resourceVersion) {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    const collection = this.#store.collection(collectionOf(row));
    const name = nameFor(body, row, namespace, collection, this.#sources.random);
    const strategy = strategyOf(this.#strategies, row);
    const metadata = createdMetadata(body.metadata, row, namespace, name, this.#sources);
    const given = { ...body, metadata };
    const begun = strategy.begin?.(given) ?? given;
    const admitted = admit(begun, undefined, row, strategy);
    if (row.namespaced) checkNamespaceExists(this.#store, row, namespace, name);
    const key = keyOf(row, namespace, name);
    if (collection.get(key) !== undefined) throw alreadyExists(row, name);
    const recorded = this.#record(undefined, admitted, row, "object", options);
    const object = strategy.allocate?.(recorded) ?? recorded;
    return options.dryRun === true
      ? new StoredObject(key, this.#store.revision, object)
      : this.#store.put(collection, key, object);
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
    const given = decodeReporting(change(before), row, options);
    checkNamespace(given, row, namespace);
    if (given.metadata.name !== name) {
      throw badRequest(
        `the name of the object (${given.metadata.name}) does not match the name on the URL (${name})`,
      );
    }
    checkPreconditions(row, before, given.metadata);
    const strategy = strategyOf(this.#strategies, row);
    const merged = keepManagers(before, mergeParts(row, before, given, part));
    const admitted = admit(strategy.carryOver?.(merged, before) ?? merged, before, row, strategy);
    const recorded = this.#record(before, admitted, row, part, options);
    const after = withGeneration(row, before, strategy.allocate?.(recorded) ?? recorded);
    if (isDeepStrictEqual(before, after)) return present;
    const collection = this.#store.collection(collectionOf(row));
    if (options.dryRun === true) return new StoredObject(present.key, present.revision, after);
    return isReleased(before, after)
      ? this.#store.remove(collection, present)
      : this.#store.put(collection, present.key, after);
  }

  #record(
    before: KubeObject | undefined,
    after: KubeObject,
    row: ResourceRow,
    part: Part,
    { manager }: WriteOptions,
  ): KubeObject {
    if (manager === undefined) return after;
    return recordUpdate(
      before,
      after,
      writingBy(manager, "Update", row, part, this.#sources.now()),
    );
  }
}

function decodeReporting(given: unknown, row: ResourceRow, options: WriteOptions): KubeObject {
  const { object, unknownFields } = decode(given, row);
  reportUnknownFields(unknownFields, row, options);
  return object;
}
