import type { ObjectMeta, OwnerReference } from "../../contract.ts";
import { isHeadless } from "../../kinds/service/validation.ts";
import type { ServiceObject } from "../../kinds/types.ts";

export const serviceNameLabel = "kubernetes.io/service-name";
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
/** Slices made from Services with a selector, and from Endpoints that someone else writes. */
export const sliceController = "endpointslice-controller.k8s.io";
export const mirrorController = "endpointslicemirroring-controller.k8s.io";
export const headlessLabel = "service.kubernetes.io/headless";

/** What slices say of where they come from. */
export interface SliceOwner {
  readonly namespace: string;
  /** Of the Service. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly reference: OwnerReference;
}

export function serviceOwner({ metadata, spec }: ServiceObject): SliceOwner {
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    labels: {
      ...metadata.labels,
      [serviceNameLabel]: metadata.name,
      [managedByLabel]: sliceController,
      ...(isHeadless(spec) ? { [headlessLabel]: "" } : {}),
    },
    reference: referenceTo("Service", metadata),
  };
}

export function mirrorOwner(endpoints: ObjectMeta): SliceOwner {
  return {
    namespace: endpoints.namespace ?? "",
    name: endpoints.name,
    labels: {
      ...endpoints.labels,
      [serviceNameLabel]: endpoints.name,
      [managedByLabel]: mirrorController,
    },
    reference: referenceTo("Endpoints", endpoints),
  };
}

function referenceTo(kind: string, { name, uid = "" }: ObjectMeta): OwnerReference {
  return { apiVersion: "v1", kind, name, uid, controller: true, blockOwnerDeletion: true };
}
