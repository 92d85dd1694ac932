import type { ResourceRow, Verb } from "../contract.ts";

/** What is served below single objects of a resource. */
export interface Subresource {
  readonly name: string;
  readonly verbs: readonly Verb[];
  /** The kind that it speaks; group and version only where they are not the resource's own. */
  readonly response: { readonly group?: string; readonly version?: string; readonly kind: string };
}

const writable: readonly Verb[] = ["get", "patch", "update"];

export function subresourcesOf(row: ResourceRow): readonly Subresource[] {
  const status = { name: "status", verbs: writable, response: { kind: row.kind } };
  return [
    ...(row.scale === undefined ? [] : [scale]),
    ...(row.hasStatus ? [status] : []),
    ...(row.group === "" ? (ofKind[row.kind] ?? []) : []),
  ];
}

const scale: Subresource = {
  name: "scale",
  verbs: writable,
  response: { group: "autoscaling", version: "v1", kind: "Scale" },
};

const token: Subresource = {
  name: "token",
  verbs: ["create"],
  response: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
};

/** A connection to a container goes by GET in WebSockets, and by POST in older protocols. */
const connecting: readonly Verb[] = ["create", "get"];

const ofPods: readonly Subresource[] = [
  { name: "attach", verbs: connecting, response: { kind: "PodAttachOptions" } },
  { name: "binding", verbs: ["create"], response: { kind: "Binding" } },
  {
    name: "eviction",
    verbs: ["create"],
    response: { group: "policy", version: "v1", kind: "Eviction" },
  },
  { name: "exec", verbs: connecting, response: { kind: "PodExecOptions" } },
  { name: "log", verbs: ["get"], response: { kind: "Pod" } },
  { name: "portforward", verbs: connecting, response: { kind: "PodPortForwardOptions" } },
];

/** What kinds of the core group have beyond status and scale. */
const ofKind: Readonly<Record<string, readonly Subresource[]>> = {
  Pod: ofPods,
  ServiceAccount: [token],
};
