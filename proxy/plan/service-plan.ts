/** What one Service asks of the proxy of one node. Pure: every input is a value. */
import type { EndpointSlice, Service } from "#cluster/contract.ts";
import type {
  HealthCheck,
  IpFamily,
  NodeFacts,
  PlanOptions,
  PortPlan,
  ServicePlan,
} from "../contract.ts";
import { familyOf, unusable } from "./addresses.ts";
import { readAffinity } from "./affinity.ts";
import { candidatesOf, slicesOfFamily } from "./candidates.ts";
import { categorise } from "./categorise.ts";
import { endpointWarnings } from "./endpoint-warnings.ts";
import { addressWarnings, externalAddresses, frontendsOf } from "./frontends.ts";
import { rangeWarnings } from "./source-ranges.ts";
import { readTuning } from "./tuning.ts";
import { type Moment, weigh } from "./weights.ts";

export interface PlanInput {
  readonly service: Service;
  /** All slices labelled with the Service, in any order. */
  readonly slices: readonly EndpointSlice[];
  readonly node: NodeFacts;
  readonly options: PlanOptions;
  readonly moment: Moment;
  /** Of the change that asks for the plan, if known. */
  readonly triggeredMs: number | undefined;
}

/** Undefined for a Service that is none of this proxy's business. */
export function planService(input: PlanInput): ServicePlan | undefined {
  const { service, slices, options } = input;
  if (!isProxied(service, options.serviceProxyName)) return undefined;
  const { namespace, name, traffic } = service;
  const subject = `Service ${namespace}/${name}`;
  const tuning = readTuning(traffic.annotations, subject);
  const affinity = readAffinity(traffic.affinityTimeoutSeconds, subject);
  const families = clusterIPsByFamily(service).map((it) => planFamily(input, it, tuning, affinity));
  const changes = families.flatMap(({ changesAtMs }) => changesAtMs);
  return {
    namespace,
    name,
    ports: families.flatMap(({ ports }) => ports),
    healthCheck: healthCheckOf(input),
    changesAtMs: changes.length > 0 ? Math.min(...changes) : undefined,
    warnings: [
      ...addressWarnings(service, subject),
      ...rangeWarnings(service, subject),
      ...endpointWarnings(slices),
      ...tuning.warnings,
      ...affinity.warnings,
    ],
  };
}

function isProxied({ type, headless, clusterIPs, traffic }: Service, proxyName: string): boolean {
  return (
    type !== "ExternalName" &&
    !headless &&
    clusterIPs.length > 0 &&
    traffic.proxyName === proxyName &&
    !traffic.hasHeadlessLabel
  );
}

interface FamilyAddress {
  readonly family: IpFamily;
  readonly clusterIP: string;
}

/** The first usable ClusterIP of each family. */
function clusterIPsByFamily({ clusterIPs }: Service): readonly FamilyAddress[] {
  return ([4, 6] as const).flatMap((family) => {
    const clusterIP = clusterIPs.find(
      (address) => familyOf(address) === family && unusable(address) === undefined,
    );
    return clusterIP === undefined ? [] : [{ family, clusterIP }];
  });
}

interface FamilyPlan {
  readonly ports: readonly PortPlan[];
  readonly changesAtMs: readonly number[];
}

function planFamily(
  { service, slices, node, moment, triggeredMs }: PlanInput,
  { family, clusterIP }: FamilyAddress,
  tuning: ReturnType<typeof readTuning>,
  affinity: ReturnType<typeof readAffinity>,
): FamilyPlan {
  const { namespace, name, traffic } = service;
  const familySlices = slicesOfFamily(slices, family);
  const addresses = externalAddresses(service, family, node);
  const changesAtMs: number[] = [];
  const endpointsOf = (candidates: Parameters<typeof weigh>[0]) => {
    const weighted = weigh(candidates, tuning, moment);
    if (weighted.changesAtMs !== undefined) changesAtMs.push(weighted.changesAtMs);
    return weighted.endpoints;
  };
  const ports = service.ports.map((servicePort): PortPlan => {
    const { name: portName, protocol, port } = servicePort;
    const frontends = frontendsOf(servicePort, addresses);
    const policies = {
      internalLocal: traffic.internalTrafficPolicy === "Local",
      externalLocal: traffic.externalTrafficPolicy === "Local",
      isExternal: frontends.length > 0,
    };
    const candidates = candidatesOf(servicePort, familySlices, node.name);
    const categorised = categorise(candidates, policies, node);
    return {
      id: `${namespace}/${name}:${portName}/${protocol}/${family}`,
      namespace,
      name,
      portName,
      protocol,
      family,
      clusterIP,
      port,
      clusterEndpoints: endpointsOf(categorised.cluster),
      localEndpoints: endpointsOf(categorised.local),
      internal: categorised.internal,
      external: categorised.external,
      externalLocal: policies.externalLocal && policies.isExternal,
      frontends,
      affinityTimeoutSeconds: affinity.timeoutSeconds,
      balancing: tuning.balancing,
      triggeredMs,
    };
  });
  return { ports, changesAtMs };
}

/**
 * Load balancers count the ready endpoints of a node, each address once whatever its ports; of two families the one
 * that has more.
 */
function healthCheckOf({ service, slices, node }: PlanInput): HealthCheck | undefined {
  const { namespace, name, type, traffic, clusterIPs, ports } = service;
  const { externalTrafficPolicy, healthCheckNodePort: port } = traffic;
  if (type !== "LoadBalancer" || externalTrafficPolicy !== "Local" || port === 0) return undefined;
  const counts = [...new Set(clusterIPs.map(familyOf))].map((family) => {
    const familySlices = slicesOfFamily(slices, family);
    const ready = ports
      .flatMap((it) => candidatesOf(it, familySlices, node.name))
      .filter((it) => it.local && it.ready);
    return new Set(ready.map(({ address }) => address)).size;
  });
  return { namespace, name, port, localReadyEndpoints: Math.max(0, ...counts) };
}
