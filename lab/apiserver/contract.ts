/**
 * What the embedded API server is made of: objects as they travel, rows that describe resources, and the handle
 * that tests, benches and the command hold. Shapes follow the Kubernetes API conventions
 * (https://github.com/kubernetes/community, sig-architecture/api-conventions.md).
 */
import type { Logger } from "#observe/contract.ts";
import type { StructSchema } from "./schema/contract.ts";
import type { Authority } from "./security/contract.ts";

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** metadata of any object. Times are RFC 3339 in UTC with seconds. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  /** Who set which fields (ManagedFieldsEntry). */
  readonly managedFields?: readonly object[];
}

/** Any object of the API. Deeply immutable once it is in the store: a change is a new value. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly [field: string]: unknown;
}

export type Verb =
  | "create"
  | "delete"
  | "deletecollection"
  | "get"
  | "list"
  | "patch"
  | "update"
  | "watch";

/**
 * Which names a kind accepts: RFC 1123 subdomain, RFC 1123 label, RFC 1035 label (begins with a letter), or whatever can
 * stand in a path.
 */
export type NameRule = "subdomain" | "label" | "label1035" | "pathSegment";

/** One resource of the API. Data only: what a kind does beyond storage is its strategy (kinds/). */
export interface ResourceRow {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower-case plural, as in paths. */
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly nameRule: NameRule;
  /** Whether metadata.generation counts changes outside metadata and status. */
  readonly tracksGeneration: boolean;
  /** Whether .status is written through the status subresource only. */
  readonly hasStatus: boolean;
  /** What its objects look like. */
  readonly schema: StructSchema;
  /** Whether a CustomResourceDefinition has added it. */
  readonly isCustom: boolean;
  /** Whether its objects are questions, which are answered and not stored. */
  readonly isReview: boolean;
  /** Where its objects keep their number of replicas; without it they have no scale subresource. */
  readonly scale?: ScalePaths;
  /** Columns of its table beside the name, for a custom resource. */
  readonly printerColumns?: readonly PrinterColumn[];
  /** Fields beyond metadata.name and metadata.namespace that selectors may use, with the text that stands for absent. */
  readonly selectableFields: Readonly<Record<string, string>>;
}

/** A column of a custom resource's table (CustomResourceColumnDefinition). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** A simple JSONPath such as ".spec.replicas". */
  readonly jsonPath: string;
  /** Columns above 0 are for wide output. */
  readonly priority?: number;
  readonly description?: string;
}

/** Steps to the fields that a Scale shows. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** A label selector, or the text of one. */
  readonly selector?: readonly string[];
}

export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED";

/** What is not a function of the requests: time and chance. */
export interface Sources {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly uid: () => string;
}

export interface ApiServerOptions {
  /** CIDRs that ClusterIPs are taken from: one, or one of each family; the first is the default family. */
  readonly serviceClusterIpRanges?: readonly string[];
  /** Events kept for each resource; a watch or a page that needs older ones gets 410. Default 16384. */
  readonly historyEvents?: number;
  /** How often a watch that asked for bookmarks gets one. Default 60000. */
  readonly bookmarkIntervalMs?: number;
  /** The resourceVersion before the first write; another value is another epoch. Default 0. */
  readonly initialRevision?: number;
  /**
   * How a watch from before the history is refused: as an ERROR event in a 200 stream, which is what kube-apiserver
   * does, or as an HTTP 410, which proxies and older servers do. Default "event".
   */
  readonly expiredWatchAs?: "event" | "status";
  /** Serves TLS with certificates from here and asks clients who they are; without it plain HTTP for anyone. */
  readonly authority?: Authority;
  /** File that keeps every write over restarts; without it the objects go with the process. */
  readonly storeFile?: string;
  /** Makes the store's objects live, for nodes that run them. Without it Pods, Nodes and workloads are stored and no more. */
  readonly cluster?: ClusterOptions;
  readonly sources?: Partial<Sources>;
  readonly logger?: Logger;
}

/** What a controller manager and a scheduler have to know of their cluster. */
export interface ClusterOptions {
  /** CIDRs that Nodes get their share of: one, or one of each family. */
  readonly podCidrs: readonly string[];
  /** Length of the prefix of a Node's share in IPv4, e.g. 24; in IPv6 it is 64, or eight bits more than the CIDR's. */
  readonly nodePodCidrMask: number;
  /** CIDR that Services of type LoadBalancer get an address from; without it they stay pending. */
  readonly loadBalancerPool?: string;
  /** How to reach the kubelets, which logs, exec, attach and port-forward need. */
  readonly kubelet?: { readonly port: number; readonly token: string };
  /** How long a Node may be silent until it is taken for lost. Default 40000, as in Kubernetes before 1.32. */
  readonly nodeMonitorGraceMs?: number;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

/** One version of one object, as the store keeps it. */
export interface Stored {
  readonly revision: number;
  readonly object: KubeObject;
  /** The object's JSON, made once. */
  readonly text: string;
}

/** What a delete asks for beyond the object (DeleteOptions of meta/v1). */
export interface Deletion {
  readonly preconditions?: Preconditions;
  /** Goes through every check and deletes nothing. */
  readonly dryRun?: boolean;
  /** Default: what the object says of itself. */
  readonly gracePeriodSeconds?: number;
  /** What becomes of objects that it owns, where there is a garbage collector. Default "Background". */
  readonly propagation?: "Background" | "Foreground" | "Orphan";
}

/** metadata.uid and metadata.resourceVersion that a write insists on. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** Reading and writing objects in this process, by the same rules as over HTTP. Refusals are StatusErrors. */
export interface ObjectApi {
  /** Gives the object to the server: it must not be altered afterwards. */
  create(object: KubeObject): Stored;
  /**
   * Replaces all but status, with `status` nothing but it, with `whole` both. Checks metadata.resourceVersion when it is
   * given.
   */
  replace(object: KubeObject, part?: "status" | "whole"): Stored;
  get(reference: ObjectReference): Stored | undefined;
  delete(reference: ObjectReference, deletion?: Deletion): void;
  /** Everything of a kind in key order; with a namespace what is in it. */
  list(kind: KindReference, namespace?: string): readonly Stored[];
}

export interface KindReference {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectReference extends KindReference {
  readonly namespace?: string;
  readonly name: string;
}

/** A server in this process. Objects can be read and written through `objects` without HTTP. */
export interface ApiServer {
  readonly objects: ObjectApi;
  /** resourceVersion of the last write. */
  readonly revision: number;
  /** Base URL once listening, e.g. "https://127.0.0.1:8001". Throws before. */
  readonly url: string;
  /** Binds and serves; the address says which port it became. Fails with FL-A001. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Forgets the past: watches and pages from before are refused with 410. */
  compact(): void;
  /** Resolves when the controllers have nothing left to do for what has been written so far. */
  settled(): Promise<void>;
  /** Ends watches and controllers and stops listening. */
  close(): Promise<void>;
}
