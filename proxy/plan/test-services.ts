/** The Services and slices that most tables of this folder are about. */
import type { ServiceTraffic } from "#cluster/contract.ts";
import { type PlanCase, service, slice } from "./test-objects.ts";

export type Row = readonly [title: string, input: PlanCase, expected: readonly string[]];

export const http = "http/TCP/80";
export const web = (traffic: Partial<ServiceTraffic> = {}) =>
  service(`web.shop ClusterIP 10.0.0.1 ${http}`, traffic);
export const nodePort = (traffic: Partial<ServiceTraffic> = {}) =>
  service(`web.shop NodePort 10.0.0.1 ${http}>30080`, traffic);
export const balancer = (traffic: Partial<ServiceTraffic> = {}) =>
  service(`web.shop LoadBalancer 10.0.0.1 ${http}>30080`, {
    loadBalancerIngress: [{ ip: "203.0.113.3", ipMode: "VIP" }],
    ...traffic,
  });
export const slices = (endpoints: string) => [
  slice(`a.shop of web IPv4 http/TCP/8080 | ${endpoints}`),
];
export const both = slices("10.1.0.1@n1 10.1.0.2@n2");
export const remote = slices("10.1.0.2@n2");

export const local = { internalTrafficPolicy: "Local" } as const;
export const externalLocal = { externalTrafficPolicy: "Local" } as const;
