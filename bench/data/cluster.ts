import type { ClusterIpModel, ClusterModel, HeadlessModel } from "../contract.ts";

export interface ClusterSize {
  readonly clusterIPs: number;
  readonly headless: number;
  readonly endpointsPerHeadless: number;
}

const namespaceCount = 20;
const words = ["cart", "catalog", "checkout", "ledger", "mailer", "orders", "search", "session"];
const tiers = ["api", "cache", "db", "worker"];

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? "";
}

/** The n-th address above a base, for example (10.96.16.0, 300) -> 10.96.17.44. */
export function addressAt(base: readonly [number, number, number, number], offset: number): string {
  const value = ((base[0] << 24) | (base[1] << 16) | (base[2] << 8) | base[3]) + offset;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/**
 * A cluster of that size, the same for the same size: services spread over 20 namespaces, ClusterIPs from
 * 10.96.16.0 up and pod addresses from 10.128.0.0 up.
 */
export function buildCluster(size: ClusterSize): ClusterModel {
  const namespaces = Array.from({ length: namespaceCount }, (_, index) => `team-${index}`);
  const head = (index: number, prefix: string) => ({
    namespace: pick(namespaces, index),
    name: `${prefix}${pick(words, index)}-${pick(tiers, index >> 3)}-${index}`,
    portName: "http",
    port: 8080,
  });
  const clusterIPs = Array.from(
    { length: size.clusterIPs },
    (_, index): ClusterIpModel => ({
      kind: "clusterIP",
      ...head(index, ""),
      clusterIP: addressAt([10, 96, 16, 0], index),
    }),
  );
  const headless = Array.from(
    { length: size.headless },
    (_, index): HeadlessModel => ({
      kind: "headless",
      ...head(index, "set-"),
      addresses: Array.from({ length: size.endpointsPerHeadless }, (_, endpoint) =>
        addressAt([10, 128, 0, 0], index * size.endpointsPerHeadless + endpoint),
      ),
    }),
  );
  return { zone: "cluster.local.", namespaces, services: [...clusterIPs, ...headless] };
}

export function isClusterIp(service: ClusterIpModel | HeadlessModel): service is ClusterIpModel {
  return service.kind === "clusterIP";
}

export function isHeadless(service: ClusterIpModel | HeadlessModel): service is HeadlessModel {
  return service.kind === "headless";
}

/** The service's name in the cluster domain, with trailing dot. */
export function serviceName(
  model: ClusterModel,
  service: { readonly namespace: string; readonly name: string },
): string {
  return `${service.name}.${service.namespace}.svc.${model.zone}`;
}
