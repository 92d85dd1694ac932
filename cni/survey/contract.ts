/** What the CNI and the runtime have on this node, read side by side and changed by nothing: files, links, rules. */
import type { Attachment } from "../contract.ts";
import type { OwnerRecord } from "../ipam/owner.ts";

export interface SurveyOptions {
  /** The host's network namespace; the process's own unless given. */
  readonly namespacePath?: string;
  /** Folders with a folder of leases for each network. */
  readonly leaseDirs: readonly string[];
  /** The runtime's configuration lists, which may name more of them. */
  readonly confDir: string;
  /** What libcni keeps of each attachment. */
  readonly runtimeCacheDir: string;
  /** DELs that the shim wrote down. */
  readonly pendingDir: string;
}

export interface NodeSurvey {
  readonly takenMs: number;
  readonly bootId: string;
  readonly networks: readonly LeasedNetwork[];
  /** Undefined where the runtime keeps none here. */
  readonly runtimeCache: readonly CachedAttachment[] | undefined;
  readonly namespaces: readonly SurveyedNamespace[];
  readonly links: readonly HostLink[];
  readonly neighbours: readonly SurveyedNeighbour[];
  readonly forwarding: readonly SurveyedForwarding[];
  readonly routes: readonly SurveyedRoute[];
  readonly rules: SurveyedRules;
  readonly pending: readonly PendingDel[];
}

/** A network's folder of leases, kept by host-local of ours: others' folders are not judged. */
export interface LeasedNetwork {
  readonly dataDir: string;
  readonly network: string;
  readonly leases: readonly SurveyedLease[];
  /** The index by owner, also of owners that have no lease. */
  readonly records: readonly OwnerRecord[];
}

export interface SurveyedLease {
  readonly file: string;
  readonly address: string;
  /** Undefined for an empty file; the interface is "" in one that names the container alone. */
  readonly owner: { readonly containerId: string; readonly ifname: string } | undefined;
  readonly modifiedMs: number;
}

export interface CachedAttachment extends Attachment {
  readonly file: string;
  /** "" where the runtime did not keep it. */
  readonly netns: string;
  /** "namespace/name" in Kubernetes. */
  readonly pod: string | undefined;
  /** Types of the list's plugins. */
  readonly types: readonly string[];
}

export interface SurveyedNamespace {
  /** Device and inode. */
  readonly identity: string;
  /** Files that lead to it. */
  readonly paths: readonly string[];
  /** One of the processes in it. */
  readonly pid: number | undefined;
  /** By which number the host's links name it as their other end's; undefined where none does. */
  readonly idOnHost: number | undefined;
  /** Undefined where they could not be read. */
  readonly links: readonly InnerLink[] | undefined;
}

export interface InnerLink {
  readonly name: string;
  readonly index: number;
  readonly mac: string;
  /** Of a veth: index of the other end, in its own namespace. */
  readonly peerIndex: number | undefined;
  /** Of global scope and lasting, without the length of the network. */
  readonly addresses: readonly string[];
}

export interface HostLink {
  readonly name: string;
  readonly index: number;
  readonly kind: string;
  readonly mac: string;
  readonly up: boolean;
  readonly peerIndex: number | undefined;
  /** Of the namespace that its other end is in; undefined where that is the host's. */
  readonly peerNamespaceId: number | undefined;
  /** Name of the bridge it is a port of. */
  readonly master: string | undefined;
  /** Whom its alias names. */
  readonly owner: Attachment | undefined;
}

/** Of a bridge with ports of ours, of a pod's own link, or of a tunnel. */
export interface SurveyedNeighbour {
  readonly link: string;
  readonly address: string;
  readonly mac: string;
  readonly isPermanent: boolean;
}

export interface SurveyedForwarding {
  readonly link: string;
  readonly mac: string;
  readonly table: "self" | "master";
  /** Made by somebody, not learned, and not of the link itself. */
  readonly isStatic: boolean;
  readonly remote: string | undefined;
}

export interface SurveyedRoute {
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly link: string;
  /** The agent made it, by its protocol number. */
  readonly isOurs: boolean;
}

export interface SurveyedRules {
  /** One for each kind of rules that an owner has. */
  readonly owners: readonly OwnerNote[];
  /** Elements that are of an owner. */
  readonly elements: readonly TaggedElement[];
}

/** What is noted of an owner, in the table of the family. */
export interface OwnerNote {
  readonly family: "inet" | "bridge";
  readonly owner: Attachment;
  /** Of its elements. */
  readonly tag: string;
  readonly elements: readonly NotedElement[];
  /** Addresses of the pod, as far as the elements name them. */
  readonly addresses: readonly string[];
}

export interface NotedElement {
  readonly set: string;
  readonly keyHex: string;
}

export interface TaggedElement {
  readonly family: "inet" | "bridge";
  readonly set: string;
  readonly keyHex: string;
  /** Of the owner; "" where it bears none. */
  readonly tag: string;
}

export interface PendingDel {
  readonly file: string;
  readonly writtenMs: number;
  readonly state:
    | { readonly kind: "whole"; readonly owner: Attachment | undefined }
    | { readonly kind: "unreadable"; readonly why: string }
    /** Of a shim that ended before it was whole. */
    | { readonly kind: "draft" };
}
