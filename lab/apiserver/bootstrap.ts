import type { KubeObject, ObjectApi } from "./contract.ts";

const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Makes the objects that every cluster has before anyone has asked for anything. */
export function bootstrap(objects: ObjectApi): void {
  for (const name of namespaces) objects.create(namespace(name));
}

function namespace(name: string): KubeObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}
