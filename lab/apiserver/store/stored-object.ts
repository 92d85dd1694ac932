import type { KubeObject } from "../contract.ts";

/** One version of one object, with its JSON text made once however many lists and watches send it. */
export class StoredObject {
  readonly key: string;
  readonly revision: number;
  readonly object: KubeObject;
  #text: string | undefined;

  constructor(key: string, revision: number, object: KubeObject) {
    const { apiVersion, kind, metadata, ...rest } = object;
    this.key = key;
    this.revision = revision;
    this.object = {
      apiVersion,
      kind,
      metadata: { ...metadata, resourceVersion: String(revision) },
      ...rest,
    };
  }

  /** Begins with apiVersion, kind and metadata, in this order. */
  get text(): string {
    this.#text ??= JSON.stringify(this.object);
    return this.#text;
  }

  /** The same object under another version of its kind. */
  as(apiVersion: string): StoredObject {
    if (this.object.apiVersion === apiVersion) return this;
    return new StoredObject(this.key, this.revision, { ...this.object, apiVersion });
  }

  /** The same object as it was last seen, stamped with the revision at which it went. */
  at(revision: number): StoredObject {
    return new StoredObject(this.key, revision, this.object);
  }
}
