import { isReady } from "../conditions.ts";
import type { BalancedCluster, BalancedNode, BalancedService, BalancerPlan } from "./contract.ts";

const excluded = "node.kubernetes.io/exclude-from-external-load-balancers";
const serviceName = "kubernetes.io/service-name";

/**
 * Which nodes take connections to which address. All that are ready, or with externalTrafficPolicy Local those that have
 * a ready endpoint, as a cloud's balancer finds out by asking their health check.
 */
export function planBalancer(cluster: BalancedCluster): BalancerPlan {
  const plan = new Map<string, readonly string[]>();
  for (const service of cluster.services) {
    const addresses = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
    if (addresses.length === 0 || service.spec?.type !== "LoadBalancer") continue;
    const gateways = takersOf(service, cluster).flatMap(addressOf).sort();
    if (gateways.length > 0) for (const address of addresses) plan.set(address, gateways);
  }
  return plan;
}

function takersOf(service: BalancedService, { nodes, slices }: BalancedCluster) {
  const ready = nodes.filter(
    (node) => node.metadata.labels?.[excluded] === undefined && isReady(node),
  );
  if (service.spec?.externalTrafficPolicy !== "Local") return ready;
  const { name, namespace } = service.metadata;
  const own = slices.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[serviceName] === name,
  );
  const names = new Set(
    own
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ nodeName }) => nodeName),
  );
  return ready.filter(({ metadata }) => names.has(metadata.name));
}

function addressOf({ status }: BalancedNode): readonly string[] {
  const internal = status?.addresses?.find(
    ({ type, address }) => type === "InternalIP" && !address.includes(":"),
  );
  return internal === undefined ? [] : [internal.address];
}
