import type { ResourceRow } from "../contract.ts";
import {
  configMapPrinter,
  eventPrinter,
  leasePrinter,
  namespacePrinter,
  networkPolicyPrinter,
  nodePrinter,
  secretPrinter,
  serviceAccountPrinter,
} from "./cluster.ts";
import type { Printer } from "./contract.ts";
import { customPrinter, defaultPrinter, definitionPrinter } from "./custom.ts";
import { podPrinter } from "./pod.ts";
import { endpointSlicePrinter, endpointsPrinter, servicePrinter } from "./service.ts";
import {
  controllerRevisionPrinter,
  daemonSetPrinter,
  deploymentPrinter,
  jobPrinter,
  replicaSetPrinter,
  statefulSetPrinter,
} from "./workloads.ts";

const printers: Readonly<Record<string, Printer>> = {
  "/ConfigMap": configMapPrinter,
  "/Endpoints": endpointsPrinter,
  "/Event": eventPrinter,
  "/Namespace": namespacePrinter,
  "/Node": nodePrinter,
  "/Pod": podPrinter,
  "/Secret": secretPrinter,
  "/Service": servicePrinter,
  "/ServiceAccount": serviceAccountPrinter,
  "apiextensions.k8s.io/CustomResourceDefinition": definitionPrinter,
  "apps/ControllerRevision": controllerRevisionPrinter,
  "apps/DaemonSet": daemonSetPrinter,
  "apps/Deployment": deploymentPrinter,
  "apps/ReplicaSet": replicaSetPrinter,
  "apps/StatefulSet": statefulSetPrinter,
  "batch/Job": jobPrinter,
  "coordination.k8s.io/Lease": leasePrinter,
  "discovery.k8s.io/EndpointSlice": endpointSlicePrinter,
  "networking.k8s.io/NetworkPolicy": networkPolicyPrinter,
};

/** How objects of a row become rows of a table. */
export function printerFor({ group, kind, isCustom, printerColumns }: ResourceRow): Printer {
  if (isCustom) return customPrinter(printerColumns ?? []);
  return printers[`${group}/${kind}`] ?? defaultPrinter;
}
