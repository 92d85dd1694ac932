import type { KubeObject } from "../contract.ts";
import type { Strategy } from "./strategy.ts";

/** The finalizer that the namespace controller takes off once the content is gone. */
const finalizers = ["kubernetes"];

function complete(object: KubeObject): KubeObject {
  const labels = { "kubernetes.io/metadata.name": object.metadata.name, ...object.metadata.labels };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers, ...(object.spec as object | undefined) },
    status: { phase: "Active", ...(object.status as object | undefined) },
  };
}

/** A deleted namespace stays, Terminating, until it is empty. */
export const namespaceStrategy: Strategy = {
  complete,
  terminate: (object) => ({
    ...object,
    status: { ...(object.status as object), phase: "Terminating" },
  }),
};
