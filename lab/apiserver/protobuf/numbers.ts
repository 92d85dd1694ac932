import type { FieldNumbers } from "./field-numbers.ts";
import { coreNumbers } from "./numbers/core.ts";
import { metaNumbers } from "./numbers/meta.ts";
import {
  appsNumbers,
  authenticationNumbers,
  authorizationNumbers,
  autoscalingNumbers,
  batchNumbers,
  coordinationNumbers,
  discoveryNumbers,
  networkingNumbers,
  policyNumbers,
  rbacNumbers,
  schedulingNumbers,
} from "./numbers/named-groups.ts";

const tables: Readonly<Record<string, FieldNumbers>> = {
  "io.k8s.api.apps.v1": appsNumbers,
  "io.k8s.api.authentication.v1": authenticationNumbers,
  "io.k8s.api.authorization.v1": authorizationNumbers,
  "io.k8s.api.autoscaling.v1": autoscalingNumbers,
  "io.k8s.api.batch.v1": batchNumbers,
  "io.k8s.api.coordination.v1": coordinationNumbers,
  "io.k8s.api.core.v1": coreNumbers,
  "io.k8s.api.discovery.v1": discoveryNumbers,
  "io.k8s.api.networking.v1": networkingNumbers,
  "io.k8s.api.policy.v1": policyNumbers,
  "io.k8s.api.rbac.v1": rbacNumbers,
  "io.k8s.api.scheduling.v1": schedulingNumbers,
  "io.k8s.apimachinery.pkg.apis.meta.v1": metaNumbers,
};

/** The numbers of a type by its OpenAPI name, e.g. "io.k8s.api.core.v1.Pod". */
export function numbersOf(type: string): string | undefined {
  const dot = type.lastIndexOf(".");
  return tables[type.slice(0, dot)]?.[type.slice(dot + 1)];
}
