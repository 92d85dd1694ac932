/**
 * What objects of a kind look like. One description serves decoding, pruning, both structural kinds of patches, field
 * ownership and the OpenAPI documents. The terms are those of the Kubernetes OpenAPI extensions (x-kubernetes-list-type
 * and its kin).
 */
export type Schema = ScalarSchema | AnySchema | ListSchema | MapSchema | StructSchema;

export type ScalarType =
  | "string"
  | "int32"
  | "int64"
  | "number"
  | "boolean"
  /** Text such as "100m"; a number is taken and becomes text. */
  | "quantity"
  | "intOrString"
  /** Base64. */
  | "bytes"
  /** RFC 3339, with seconds or with microseconds. */
  | "time"
  | "microTime";

export interface ScalarSchema {
  readonly type: "scalar";
  readonly scalar: ScalarType;
}

/** Anything; merged as maps of maps where patches look into it. */
export interface AnySchema {
  readonly type: "any";
}

/** One field that tells the items of a list apart, with what it is where an item leaves it out. */
export interface ListKey {
  readonly field: string;
  readonly absent?: string;
}

/**
 * How appliers share a list: owned as a whole, as a set of scalars, or item by item, which their keys tell apart.
 */
export type ListTopology =
  | { readonly kind: "atomic" }
  | { readonly kind: "set" }
  | { readonly kind: "map"; readonly keys: readonly ListKey[] };

/** What a strategic merge patch does to a list: "merge" by key, or as a set of scalars where there is none. */
export type ListPatch =
  | { readonly strategy: "replace" }
  | { readonly strategy: "merge"; readonly key?: string };

export interface ListSchema {
  readonly type: "list";
  readonly items: Schema;
  readonly topology: ListTopology;
  readonly patch: ListPatch;
}

export interface MapSchema {
  readonly type: "map";
  readonly values: Schema;
  /** Owned as a whole. */
  readonly isAtomic: boolean;
}

export interface Field {
  readonly schema: Schema;
  readonly isRequired: boolean;
  /** For people; "" where the name says it. */
  readonly about: string;
}

export interface StructSchema {
  readonly type: "struct";
  /** Name in the OpenAPI documents, e.g. "io.k8s.api.core.v1.Pod"; "" for one that is written out where it is used. */
  readonly name: string;
  readonly about: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** Owned as a whole. */
  readonly isAtomic: boolean;
  /** A strategic merge patch lists the fields that stay ($retainKeys): they exclude one another. */
  readonly retainsKeys: boolean;
  /** Fields that are not described are kept. */
  readonly keepsUnknown: boolean;
}
