import type {
  Deletion,
  KindReference,
  KubeObject,
  ObjectApi,
  ObjectReference,
  ResourceRow,
  Stored,
} from "./contract.ts";
import type { ResourceTable } from "./resources/table.ts";
import type { Operations } from "./rest/operations.ts";
import type { Reader } from "./rest/reader.ts";
import type { Remover } from "./rest/remover.ts";
import type { Writer } from "./rest/writer.ts";
import { StatusError } from "./status.ts";

/** The API without HTTP: finds the resource by kind and calls Reader, Writer and Remover. */
export class Objects implements ObjectApi {
  readonly #table: ResourceTable;
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #remover: Remover;

  constructor(table: ResourceTable, { reader, writer, remover }: Operations) {
    this.#table = table;
    this.#reader = reader;
    this.#writer = writer;
    this.#remover = remover;
  }

  create(object: KubeObject): Stored {
    const row = this.#rowOf(object);
    return this.#writer.create(row, namespaceFor(row, object.metadata.namespace), object);
  }

  replace(object: KubeObject, part: "object" | "status" | "whole" = "object"): Stored {
    const row = this.#rowOf(object);
    const { name, namespace } = object.metadata;
    return this.#writer.update(row, namespaceFor(row, namespace), name, () => object, part);
  }

  get(reference: ObjectReference): Stored | undefined {
    const row = this.#rowOf(reference);
    try {
      return this.#reader.get(row, namespaceFor(row, reference.namespace), reference.name);
    } catch (error) {
      if (error instanceof StatusError && error.httpCode === 404) return undefined;
      throw error;
    }
  }

  delete(reference: ObjectReference, deletion: Deletion = {}): void {
    const row = this.#rowOf(reference);
    this.#remover.delete(row, namespaceFor(row, reference.namespace), reference.name, deletion);
  }

  list(kind: KindReference, namespace = ""): readonly Stored[] {
    return this.#reader.list(this.#rowOf(kind), namespace, {}).items;
  }

  #rowOf({ apiVersion, kind }: KindReference): ResourceRow {
    const row = this.#table.byKind(apiVersion, kind);
    if (row !== undefined) return row;
    const message = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
    throw new StatusError(404, "NotFound", message);
  }
}

/** Namespaced objects that name none are in "default", as kubectl reads them. */
function namespaceFor(row: ResourceRow, namespace: string | undefined): string {
  return row.namespaced ? namespace || "default" : "";
}
