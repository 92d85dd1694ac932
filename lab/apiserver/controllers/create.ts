import type { Logger } from "#observe/contract.ts";
import type { ClusterOptions, ObjectApi, Sources } from "../contract.ts";
import { DefinitionController } from "../custom/definition-controller.ts";
import type { ResourceTable } from "../resources/table.ts";
import type { Remover } from "../rest/remover.ts";
import type { Store } from "../store/store.ts";
import type { Controller } from "./controller.ts";
import { EndpointSliceController } from "./endpoint-slices/controller.ts";
import { EndpointsController } from "./endpoints/endpoints-controller.ts";
import { EndpointMirrorController } from "./endpoints/mirror-controller.ts";
import { EventLimit } from "./event-limit.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { LoadBalancerController } from "./load-balancers.ts";
import { NamespaceContentController } from "./namespace-content.ts";
import { NamespaceController } from "./namespaces.ts";
import { NodeLifecycle } from "./nodes/lifecycle.ts";
import { PodCollector } from "./nodes/pod-collector.ts";
import { Scheduler } from "./scheduling/scheduler.ts";
import { DaemonSetController } from "./workloads/daemon-set/controller.ts";
import { DeploymentController } from "./workloads/deployment/controller.ts";
import { JobController } from "./workloads/job/controller.ts";
import { ReplicaSetController } from "./workloads/replica-set/controller.ts";
import { StatefulSetController } from "./workloads/stateful-set/controller.ts";

const defaultNodeMonitorGraceMs = 40_000;
const maxEvents = 2000;

/** What controllers work with. */
export interface ControllerParts {
  readonly store: Store;
  readonly table: ResourceTable;
  readonly objects: ObjectApi;
  readonly remover: Remover;
  readonly now: Sources["now"];
  /** Undefined where nothing is encrypted. */
  readonly caCertificate: string | undefined;
  /** Undefined where no node runs anything. */
  readonly cluster: ClusterOptions | undefined;
  readonly logger: Logger | undefined;
}

/** All controllers, observing from now on. */
export function createControllers(parts: ControllerParts): readonly Controller[] {
  const { store, table, objects, remover, now, caCertificate, cluster, logger } = parts;
  return [
    new EndpointSliceController(store, objects, now, logger),
    new EndpointsController(store, objects, logger),
    new EndpointMirrorController(store, objects, now, logger),
    new NamespaceContentController(store, objects, caCertificate, logger),
    new NamespaceController(store, table, remover, logger),
    new DefinitionController(store, table, objects, remover, now, logger),
    ...(cluster === undefined ? [] : clusterControllers(parts, cluster)),
  ];
}

/** What a controller manager and a scheduler do in a cluster whose nodes run Pods. */
function clusterControllers(
  parts: ControllerParts,
  { loadBalancerPool, nodeMonitorGraceMs = defaultNodeMonitorGraceMs }: ClusterOptions,
): readonly Controller[] {
  return [
    new Scheduler(parts),
    new ReplicaSetController(parts),
    new DeploymentController(parts),
    new DaemonSetController(parts),
    new StatefulSetController(parts),
    new JobController(parts),
    new GarbageCollector(parts, parts.table),
    new NodeLifecycle(parts, nodeMonitorGraceMs),
    new PodCollector(parts),
    new EventLimit(parts, maxEvents),
    ...(loadBalancerPool === undefined
      ? []
      : [new LoadBalancerController(parts, loadBalancerPool)]),
  ];
}
