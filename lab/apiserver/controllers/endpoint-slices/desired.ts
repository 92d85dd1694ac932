import { isIPv6 } from "node:net";
import type {
  Container,
  IpFamily,
  PodObject,
  ServiceObject,
  ServicePort,
  SliceEndpoint,
  SlicePort,
} from "../../kinds/types.ts";

/** Endpoints that may share slices: one address family, one set of ports. */
export interface EndpointGroup {
  readonly addressType: IpFamily;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/**
 * The endpoints that a Service with a selector has, from the Pods that the selector matches. A family without any
 * has one empty group, so that readers see that the Service has been looked at.
 */
export function desiredGroups(
  service: ServiceObject,
  pods: readonly PodObject[],
  zoneOfNode: (node: string) => string | undefined,
): EndpointGroup[] {
  const eligible = pods.filter(
    (pod) => pod.status.phase !== "Succeeded" && pod.status.phase !== "Failed",
  );
  return (service.spec.ipFamilies ?? ["IPv4"]).flatMap((family) => {
    const groups = new Map<string, { ports: readonly SlicePort[]; endpoints: SliceEndpoint[] }>();
    for (const pod of eligible) {
      const addresses = addressesOf(pod, family);
      if (addresses.length === 0) continue;
      const ports = portsFor(service, pod);
      const key = JSON.stringify(ports);
      const group = groups.get(key) ?? { ports, endpoints: [] };
      group.endpoints.push(endpointOf(service, pod, addresses, zoneOfNode));
      groups.set(key, group);
    }
    if (groups.size === 0) return [{ addressType: family, ports: [], endpoints: [] }];
    return [...groups.values()].map((group) => ({ addressType: family, ...group }));
  });
}

function addressesOf({ status }: PodObject, family: IpFamily): readonly string[] {
  return (status.podIPs ?? [])
    .map(({ ip }) => ip)
    .filter((ip) => isIPv6(ip) === (family === "IPv6"));
}

function endpointOf(
  { metadata: service, spec }: ServiceObject,
  pod: PodObject,
  addresses: readonly string[],
  zoneOfNode: (node: string) => string | undefined,
): SliceEndpoint {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata;
  const { hostname, subdomain, nodeName } = pod.spec;
  const serving =
    pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ??
    false;
  const terminating = deletionTimestamp !== undefined;
  const zone = nodeName === undefined ? undefined : zoneOfNode(nodeName);
  return {
    addresses,
    conditions: {
      ready: spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname && subdomain === service.name ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(zone === undefined ? {} : { zone }),
    targetRef: {
      kind: "Pod",
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid ? { uid } : {}),
    },
  };
}

/** A Service's ports as this Pod serves them; one whose named target the Pod lacks is left out. */
function portsFor({ spec }: ServiceObject, pod: PodObject): readonly SlicePort[] {
  return (spec.ports ?? []).flatMap((port) => {
    const number = targetPort(port, pod);
    if (number === undefined) return [];
    const { name = "", protocol = "TCP", appProtocol } = port;
    return [
      { name, protocol, port: number, ...(appProtocol === undefined ? {} : { appProtocol }) },
    ];
  });
}

function targetPort(
  { port, protocol = "TCP", targetPort: target = port }: ServicePort,
  pod: PodObject,
): number | undefined {
  if (typeof target === "number") return target;
  return serving(pod)
    .flatMap(({ ports = [] }) => ports)
    .find((candidate) => candidate.name === target && (candidate.protocol ?? "TCP") === protocol)
    ?.containerPort;
}

/** Containers that run as long as the Pod does: all but the init containers that end. */
function serving({ spec }: PodObject): readonly Container[] {
  const sidecars = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === "Always",
  );
  return [...(spec.containers ?? []), ...sidecars];
}
