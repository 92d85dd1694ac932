import type { KubeObject } from "../../contract.ts";
import type { ServicePort, ServiceSpec } from "../types.ts";

const tenThousandEightHundredSeconds = { clientIP: { timeoutSeconds: 10_800 } };

/** Fills in what a Service's author may leave out (core/v1 ServiceSpec). */
export function completeService(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as ServiceSpec;
  const type = spec.type ?? "ClusterIP";
  const sessionAffinity = spec.sessionAffinity ?? "None";
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.ports === undefined ? {} : { ports: spec.ports.map(completePort) }),
      sessionAffinity,
      ...(sessionAffinity === "ClientIP"
        ? { sessionAffinityConfig: spec.sessionAffinityConfig ?? tenThousandEightHundredSeconds }
        : {}),
      type,
      ...trafficPolicies(spec, type),
    },
    status: object.status ?? { loadBalancer: {} },
  };
}

function completePort(given: ServicePort): ServicePort {
  return {
    ...given,
    protocol: given.protocol ?? "TCP",
    targetPort: given.targetPort || given.port,
  };
}

function trafficPolicies(spec: ServiceSpec, type: string): Partial<ServiceSpec> {
  const internal =
    type === "ExternalName"
      ? {}
      : { internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster" };
  if (type !== "NodePort" && type !== "LoadBalancer") return internal;
  const external = { ...internal, externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster" };
  if (type === "NodePort") return external;
  return { ...external, allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true };
}
