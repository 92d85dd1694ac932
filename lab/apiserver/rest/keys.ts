import type { ResourceRow } from "../contract.ts";

/** Key of an object within its resource's collection; keys sort as etcd's do. */
export function keyOf(row: ResourceRow, namespace: string, name: string): string {
  return row.namespaced ? `${namespace}/${name}` : name;
}

/** Prefix of the keys of a namespace; "" for all namespaces and for cluster-scoped resources. */
export function prefixOf(row: ResourceRow, namespace: string): string {
  return row.namespaced && namespace !== "" ? `${namespace}/` : "";
}
