import type { LoadBalancerIngress, ServiceTraffic } from "../contract.ts";
import { equalTraffic } from "../state/equivalence.ts";
import type { Fields } from "./fields.ts";
import { HEADLESS_LABEL } from "./labels.ts";
import { entriesBelow, OWN_PREFIX } from "./metadata.ts";
import type { Pool } from "./pool.ts";

const policies = ["Cluster", "Local"] as const;
const affinities = ["None", "ClientIP"] as const;
const ipModes = ["VIP", "Proxy"] as const;
const proxyNameLabel = "service.kubernetes.io/service-proxy-name";
const sourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
const defaultAffinityTimeoutSeconds = 10_800;

const none: readonly never[] = [];

/** What nearly every Service has: found without a look into the pool. */
const plain: ServiceTraffic = {
  internalTrafficPolicy: "Cluster",
  externalTrafficPolicy: "Cluster",
  externalIPs: none,
  loadBalancerIngress: none,
  loadBalancerSourceRanges: none,
  healthCheckNodePort: 0,
  affinityTimeoutSeconds: undefined,
  proxyName: "",
  hasHeadlessLabel: false,
  annotations: {},
};

/** The part of a v1 Service that proxies read. */
export function decodeTraffic(object: Fields, metadata: Fields, pool: Pool): ServiceTraffic {
  const spec = object.child("spec");
  const labels = metadata.child("labels");
  const annotations = metadata.child("annotations");
  const traffic: ServiceTraffic = {
    internalTrafficPolicy: spec?.word("internalTrafficPolicy", policies, "Cluster") ?? "Cluster",
    externalTrafficPolicy: spec?.word("externalTrafficPolicy", policies, "Cluster") ?? "Cluster",
    externalIPs: spec?.texts("externalIPs") ?? none,
    loadBalancerIngress: decodeIngress(object.child("status")?.child("loadBalancer")),
    loadBalancerSourceRanges: decodeSourceRanges(spec, annotations),
    healthCheckNodePort: spec?.port("healthCheckNodePort") ?? 0,
    affinityTimeoutSeconds: decodeAffinity(spec),
    proxyName: pool.text(labels?.text(proxyNameLabel) ?? ""),
    hasHeadlessLabel: labels?.has(HEADLESS_LABEL) ?? false,
    annotations: entriesBelow(annotations, [OWN_PREFIX], pool),
  };
  if (equalTraffic(traffic, plain)) return plain;
  return isOwnAlone(traffic) ? traffic : pool.traffic(traffic);
}

/** Addresses and health check ports belong to one Service: to look for another with the same would be in vain. */
function isOwnAlone(traffic: ServiceTraffic): boolean {
  return (
    traffic.externalIPs.length > 0 ||
    traffic.loadBalancerIngress.length > 0 ||
    traffic.healthCheckNodePort !== 0
  );
}

function decodeIngress(loadBalancer: Fields | undefined): readonly LoadBalancerIngress[] {
  const entries = loadBalancer?.children("ingress") ?? none;
  if (entries.length === 0) return none;
  return entries
    .map((entry) => ({ ip: entry.text("ip") ?? "", ipMode: entry.word("ipMode", ipModes, "VIP") }))
    .filter(({ ip }) => ip !== "");
}

function decodeSourceRanges(
  spec: Fields | undefined,
  annotations: Fields | undefined,
): readonly string[] {
  const ranges = spec?.texts("loadBalancerSourceRanges") ?? none;
  if (ranges.length > 0) return ranges.map((range) => range.trim());
  const listed = annotations?.text(sourceRangesAnnotation)?.split(",") ?? none;
  return listed.map((range) => range.trim()).filter((range) => range !== "");
}

function decodeAffinity(spec: Fields | undefined): number | undefined {
  if (spec?.word("sessionAffinity", affinities, "None") !== "ClientIP") return undefined;
  const clientIP = spec.child("sessionAffinityConfig")?.child("clientIP");
  return clientIP?.integer("timeoutSeconds") ?? defaultAffinityTimeoutSeconds;
}
