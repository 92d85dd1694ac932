/** The addresses beside the ClusterIP at which a port of a Service answers. */
import type { Service, ServicePort } from "#cluster/contract.ts";
import { canonicalAddress } from "#cluster/objects/address.ts";
import type { Frontend, IpFamily, NodeFacts, PlanWarning } from "../contract.ts";
import { familyOf, unusable } from "./addresses.ts";
import { sourceRangesOf } from "./source-ranges.ts";

/** What all ports of a Service have in common in one family. */
export interface ExternalAddresses {
  readonly nodePorts: readonly string[];
  readonly loadBalancer: readonly string[];
  readonly sourceRanges: readonly string[] | undefined;
  readonly externalIPs: readonly string[];
}

/** Reads the Service's addresses of one family; what is wrong in any family is found by addressWarnings(). */
export function externalAddresses(
  service: Service,
  family: IpFamily,
  node: NodeFacts,
): ExternalAddresses {
  const { externalIPs, loadBalancerIngress } = service.traffic;
  const ofFamily = (texts: readonly string[]) => [
    ...new Set(texts.flatMap((text) => usableAddress(text, family) ?? [])),
  ];
  const vips = loadBalancerIngress.filter(({ ipMode }) => ipMode === "VIP").map(({ ip }) => ip);
  const loadBalancer = service.type === "LoadBalancer" ? ofFamily(vips) : [];
  return {
    nodePorts: service.type === "ClusterIP" ? [] : node.nodePortAddresses[family],
    loadBalancer,
    sourceRanges:
      loadBalancer.length === 0
        ? undefined
        : sourceRangesOf(service, family, loadBalancer, node.addresses),
    // The load balancer's ranges hold for an address that is both.
    externalIPs: ofFamily(externalIPs).filter(
      (address) => !loadBalancer.includes(address) && !service.clusterIPs.includes(address),
    ),
  };
}

function usableAddress(text: string, family: IpFamily): string | undefined {
  const address = canonicalAddress(text);
  if (address === undefined || familyOf(address) !== family) return undefined;
  return unusable(address) === undefined ? address : undefined;
}

/** The frontends of one port, none at an address and port twice. */
export function frontendsOf(
  { port, nodePort }: ServicePort,
  { nodePorts, loadBalancer, sourceRanges, externalIPs }: ExternalAddresses,
): readonly Frontend[] {
  const at = (kind: Frontend["kind"], its: number, ranges?: readonly string[]) => {
    return (address: string): Frontend => ({ kind, address, port: its, sourceRanges: ranges });
  };
  const atPort = [
    ...loadBalancer.map(at("LoadBalancer", port, sourceRanges)),
    ...externalIPs.map(at("ExternalIP", port)),
  ];
  if (nodePort === 0) return atPort;
  const taken = (address: string) =>
    atPort.some((other) => other.address === address && other.port === nodePort);
  const free = nodePorts.filter((address) => !taken(address));
  return [...free.map(at("NodePort", nodePort)), ...atPort];
}

/** What cannot be used of the Service's own addresses, in whatever family. */
export function addressWarnings(
  { type, clusterIPs, traffic }: Service,
  subject: string,
): readonly PlanWarning[] {
  const families = new Set(clusterIPs.map(familyOf));
  const check = (reason: PlanWarning["reason"], field: string, texts: readonly string[]) =>
    texts.flatMap((text): PlanWarning[] => {
      const problem = problemOf(text, families);
      return problem === undefined
        ? []
        : [{ reason, message: `${subject}: ${field}: "${text}" is ${problem}` }];
    });
  const ingress = type === "LoadBalancer" ? traffic.loadBalancerIngress.map(({ ip }) => ip) : [];
  const own = traffic.externalIPs.filter((text) =>
    clusterIPs.includes(canonicalAddress(text) ?? text),
  );
  return [
    ...check("bad-cluster-ip", "spec.clusterIPs", clusterIPs),
    ...check("bad-external-ip", "spec.externalIPs", traffic.externalIPs),
    ...check("bad-load-balancer-ip", "status.loadBalancer.ingress", ingress),
    ...own.map((text): PlanWarning => {
      const message = `${subject}: spec.externalIPs: "${text}" is the Service's own ClusterIP`;
      return { reason: "bad-external-ip", message };
    }),
  ];
}

function problemOf(text: string, families: ReadonlySet<IpFamily>): string | undefined {
  const address = canonicalAddress(text);
  if (address === undefined) return "no IP address";
  const problem = unusable(address);
  if (problem !== undefined) return `a ${problem} address, which no Service can have`;
  const family = familyOf(address);
  return families.has(family)
    ? undefined
    : `an IPv${family} address, and the Service has no such ClusterIP`;
}
