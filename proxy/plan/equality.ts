/** Whether two plans of a Service ask for the same. When the change was triggered is no part of that. */
import type { Frontend, PlanEndpoint, PlanWarning, PortPlan, ServicePlan } from "../contract.ts";

export function samePlan(a: ServicePlan, b: ServicePlan): boolean {
  return (
    a.changesAtMs === b.changesAtMs &&
    a.healthCheck?.port === b.healthCheck?.port &&
    a.healthCheck?.localReadyEndpoints === b.healthCheck?.localReadyEndpoints &&
    sameItems(a.ports, b.ports, samePort) &&
    sameItems(a.warnings, b.warnings, sameWarning)
  );
}

function samePort(a: PortPlan, b: PortPlan): boolean {
  return (
    a.id === b.id &&
    a.clusterIP === b.clusterIP &&
    a.port === b.port &&
    a.internal === b.internal &&
    a.external === b.external &&
    a.externalLocal === b.externalLocal &&
    a.affinityTimeoutSeconds === b.affinityTimeoutSeconds &&
    slotsOf(a) === slotsOf(b) &&
    sameItems(a.clusterEndpoints, b.clusterEndpoints, sameEndpoint) &&
    sameItems(a.localEndpoints, b.localEndpoints, sameEndpoint) &&
    sameItems(a.frontends, b.frontends, sameFrontend)
  );
}

function slotsOf({ balancing }: PortPlan): number | undefined {
  return balancing.kind === "maglev" ? balancing.slots : undefined;
}

function sameEndpoint(a: PlanEndpoint, b: PlanEndpoint): boolean {
  return (
    a.address === b.address && a.port === b.port && a.local === b.local && a.weight === b.weight
  );
}

function sameFrontend(a: Frontend, b: Frontend): boolean {
  const [ranges, others] = [a.sourceRanges, b.sourceRanges];
  return (
    a.kind === b.kind &&
    a.address === b.address &&
    a.port === b.port &&
    (ranges === others ||
      (ranges !== undefined && others !== undefined && sameItems(ranges, others, Object.is)))
  );
}

function sameWarning(a: PlanWarning, b: PlanWarning): boolean {
  return a.reason === b.reason && a.message === b.message;
}

function sameItems<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  return a.length === b.length && a.every((item, index) => same(item, b[index] as T)); // lengths match
}
