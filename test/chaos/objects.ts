/** The objects that come and go, and whether a state has them as the server does. */
import type { ClusterState, Kind, KindTypes, StateWriter } from "#cluster/contract.ts";
import { decodeObject } from "#cluster/objects/decode.ts";
import { Pool } from "#cluster/objects/pool.ts";
import type { ApiServer, KubeObject } from "#lab/apiserver/contract.ts";

export const watchedKinds = ["Service", "EndpointSlice"] as const satisfies readonly Kind[];
const apiVersions = { Service: "v1", EndpointSlice: "discovery.k8s.io/v1" };

export const namespace = "default";
export const serviceKind = { apiVersion: "v1", kind: "Service" };

export function service(name: string): KubeObject {
  return { ...serviceKind, metadata: { namespace, name }, spec: { ports: [{ port: 80 }] } };
}

export function slice(name: string): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace, name, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.1.0.1"] }],
    ports: [{ name: "", port: 80 }],
  };
}

/** What is not as on the server; "" when all is. */
export function difference(api: ApiServer, state: ClusterState & StateWriter): string {
  if (!state.hasSynced()) return "not synced";
  const pool = new Pool();
  return watchedKinds
    .map((kind) => {
      const listed = api.objects.list({ apiVersion: apiVersions[kind], kind });
      const wanted = texts(listed.map(({ object }) => decodeObject(kind, object, pool)));
      const held = texts([...state.held(kind).values()]);
      const missing = [...wanted].find((text) => !held.has(text));
      const stray = [...held].find((text) => !wanted.has(text));
      if (missing === undefined && stray === undefined) return "";
      return `${kind} ${held.size} of ${wanted.size}, lacks ${missing}, has ${stray}`;
    })
    .filter((text) => text !== "")
    .join("; ");
}

function texts(objects: readonly KindTypes[Kind][]): Set<string> {
  return new Set(objects.map((object) => JSON.stringify(object)));
}
