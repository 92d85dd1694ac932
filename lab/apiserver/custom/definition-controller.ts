import { isDeepStrictEqual } from "node:util";
import type { Logger } from "#observe/contract.ts";
import type { ObjectApi, Sources } from "../contract.ts";
import { QueueController } from "../controllers/queue-controller.ts";
import type { ResourceTable } from "../resources/table.ts";
import { timestamp } from "../rest/metadata.ts";
import type { Remover } from "../rest/remover.ts";
import type { Collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";
import type { Definition } from "./contract.ts";
import { customResources } from "./rows.ts";

interface Condition {
  readonly type: string;
  readonly lastTransitionTime?: string;
}

/** Says of definitions that their resources are served, and lets them go once the last object has gone. */
export class DefinitionController extends QueueController {
  readonly #store: Store;
  readonly #definitions: Collection;
  readonly #table: ResourceTable;
  readonly #objects: ObjectApi;
  readonly #remover: Remover;
  readonly #now: Sources["now"];
  readonly #watched = new Set<string>();

  constructor(
    store: Store,
    table: ResourceTable,
    objects: ObjectApi,
    remover: Remover,
    now: Sources["now"],
    logger: Logger | undefined,
  ) {
    super("definition", logger);
    this.#store = store;
    this.#definitions = store.collection("customresourcedefinitions.apiextensions.k8s.io");
    this.#table = table;
    this.#objects = objects;
    this.#remover = remover;
    this.#now = now;
    this.#definitions.observe(({ after }) => this.enqueue(after.key));
  }

  protected sync(name: string): void {
    const definition = this.#definitions.get(name)?.object as Definition | undefined;
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp === undefined) this.#establish(definition);
    else this.#empty(definition);
  }

  #establish(definition: Definition): void {
    const { names, versions } = definition.spec;
    const was = (definition.status ?? {}) as { readonly conditions?: readonly Condition[] };
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: "True",
      lastTransitionTime:
        was.conditions?.find((known) => known.type === type)?.lastTransitionTime ??
        timestamp(this.#now()),
      reason,
      message,
    });
    const status = {
      acceptedNames: names,
      conditions: [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ],
      storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
    };
    if (!isDeepStrictEqual(status, definition.status))
      this.#objects.replace({ ...definition, status }, "status");
  }

  #empty(definition: Definition): void {
    const { metadata, spec } = definition;
    const [resource] = customResources(definition);
    if (resource !== undefined) this.#remover.deleteCollection(resource.row, "", {});
    const collection = `${spec.names.plural}.${spec.group}`;
    const own = this.#table.byKind(definition.apiVersion, definition.kind);
    if (this.#store.collection(collection).size > 0) this.#watchForRemovals(collection);
    else if (own !== undefined) this.#remover.finalize(own, "", metadata.name);
  }

  /** Objects with finalizers go later; the collection has the name of its definition. */
  #watchForRemovals(collection: string): void {
    if (this.#watched.has(collection)) return;
    this.#watched.add(collection);
    this.#store.collection(collection).observe(({ type }) => {
      if (type === "DELETED") this.enqueue(collection);
    });
  }
}
