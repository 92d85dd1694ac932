import type { KubeObject } from "../../contract.ts";
import type { ServicePort, ServiceSpec } from "../types.ts";

type Spec = { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] };

const allocatedFields = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const;

/**
 * What an update does to fields that the server has filled in: left out they stay, and where the new type has no use
 * for them they go, unless the author changed them, which validation then refuses.
 */
export function carryOverService(object: KubeObject, before: KubeObject): KubeObject {
  const old = before.spec as ServiceSpec;
  const given = (object.spec ?? {}) as ServiceSpec;
  const spec =
    given.type === "ExternalName" ? withoutAllocated(given, old) : withAllocated(given, old);
  const ports = spec.ports?.map((port) => carryOverNodePort(port, spec, old));
  return { ...object, spec: ports === undefined ? spec : { ...spec, ports } };
}

/** Whether Services of this kind are reached on every node. */
export function hasNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return (
    type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false)
  );
}

function withAllocated(given: ServiceSpec, old: ServiceSpec): ServiceSpec {
  if (old.type === "ExternalName" || (given.clusterIP && given.clusterIP !== old.clusterIP))
    return given;
  const spec: Spec = { ...given };
  if (!spec.clusterIP && !spec.clusterIPs?.length) copy(spec, old, "clusterIP");
  for (const field of allocatedFields.slice(1)) {
    if (spec[field] === undefined) copy(spec, old, field);
  }
  return spec;
}

function withoutAllocated(given: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const spec: Spec = { ...given };
  for (const field of allocatedFields) {
    if (JSON.stringify(spec[field]) === JSON.stringify(old[field])) delete spec[field];
  }
  return spec;
}

function carryOverNodePort(port: ServicePort, spec: ServiceSpec, old: ServiceSpec): ServicePort {
  const protocol = port.protocol ?? "TCP";
  const had = old.ports?.find(
    (other) => other.port === port.port && other.protocol === protocol,
  )?.nodePort;
  if (had === undefined) return port;
  const { nodePort, ...rest } = port;
  if (hasNodePorts(spec)) return { ...rest, nodePort: nodePort || had };
  return nodePort === had ? rest : port;
}

function copy<K extends keyof Spec>(to: Spec, from: ServiceSpec, field: K): void {
  if (from[field] !== undefined) to[field] = from[field];
}
