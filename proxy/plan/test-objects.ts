/**
 * Services, slices and plans for the tests of this folder, written as words.
 *
 *   service("web.shop NodePort 10.0.0.1,fd00::1 http/TCP/80>30080", traffic)     type, ClusterIPs, ports>nodePorts
 *   slice("web-1.shop of web IPv4 http/TCP/8080 | 10.1.0.1@n1 10.1.0.2@n2~")      `~` drains, `!` is not ready,
 *                                                    `[a]` is hinted to zone a, `{n1}` to node n1, `(p)` is pod p
 */
import type {
  Endpoint,
  EndpointPort,
  EndpointSlice,
  Protocol,
  Service,
  ServicePort,
  ServiceTraffic,
} from "#cluster/contract.ts";
import { plainEndpoint, plainService, plainSlice, plainTraffic } from "#cluster/testing/slim.ts";
import type { NodeFacts, PlanEndpoint, PlanOptions, PortPlan, ServicePlan } from "../contract.ts";
import { planService } from "./service-plan.ts";
import type { Moment } from "./weights.ts";

export const node: NodeFacts = {
  name: "n1",
  zone: "a",
  primary: { 4: "192.0.2.1", 6: "2001:db8::1" },
  nodePortAddresses: { 4: ["192.0.2.1"], 6: ["2001:db8::1"] },
  addresses: ["192.0.2.1", "2001:db8::1"],
};

export const options: PlanOptions = {
  masqueradeAll: false,
  serviceProxyName: "",
};

const still: Moment = { nowMs: 0, bornMs: () => undefined };

function headOf(text: string): { readonly name: string; readonly namespace: string } {
  const [name = "", namespace = ""] = text.split(".");
  return { name, namespace };
}

function portOf(text: string): ServicePort {
  const [, name = "", protocol, port, nodePort = 0] =
    /^(.*)\/(TCP|UDP|SCTP)\/(\d+)(?:>(\d+))?$/.exec(text) ?? [];
  // One of the protocols above.
  return { name, protocol: protocol as Protocol, port: Number(port), nodePort: Number(nodePort) };
}

export function service(text: string, traffic: Partial<ServiceTraffic> = {}): Service {
  const [name = "", type = "", clusterIPs = "", ...ports] = text.split(" ");
  return {
    ...plainService,
    ...headOf(name),
    type: type as Service["type"], // as the tests write it
    clusterIPs: clusterIPs.split(","),
    ports: ports.map(portOf),
    traffic: { ...plainTraffic, ...traffic },
  };
}

function endpointOf(text: string): Endpoint {
  const [, address = "", nodeName, podName, zone, hintedNode, mark] =
    /^([^@[{(~!]+)(?:@([^[{(~!]+))?(?:\((.+)\))?(?:\[(.+)\])?(?:\{(.+)\})?([~!])?$/.exec(text) ??
    [];
  const hints = { forZones: zone?.split(",") ?? [], forNodes: hintedNode?.split(",") ?? [] };
  return {
    ...plainEndpoint,
    addresses: [address],
    nodeName,
    podName,
    ready: mark === undefined,
    serving: mark !== "!",
    terminating: mark === "~",
    hints: zone === undefined && hintedNode === undefined ? undefined : hints,
  };
}

export function slice(text: string): EndpointSlice {
  const [head = "", endpoints = ""] = text.split("|");
  const [name = "", , serviceName = "", addressType, ...ports] = head.trim().split(/ +/);
  return {
    ...plainSlice,
    ...headOf(name),
    serviceName,
    addressType: addressType as EndpointSlice["addressType"], // as the tests write it
    ports: ports.map((port): EndpointPort => portOf(port)),
    endpoints: endpoints.split(" ").filter(Boolean).map(endpointOf),
  };
}

export interface PlanCase {
  readonly service: Service;
  readonly slices?: readonly EndpointSlice[];
  readonly node?: Partial<NodeFacts>;
  readonly options?: Partial<PlanOptions>;
  readonly moment?: Moment;
}

export function planOf(input: PlanCase): ServicePlan | undefined {
  return planService({
    service: input.service,
    slices: input.slices ?? [],
    node: { ...node, ...input.node },
    options: { ...options, ...input.options },
    moment: input.moment ?? still,
    triggeredMs: undefined,
  });
}

/**
 * A plan as lines, indented by what they belong to. An outcome stands behind its arrow; `*` is an endpoint on the node,
 * `x3` its weight.
 */
export function planText(plan: ServicePlan | undefined): readonly string[] {
  if (plan === undefined) return ["not proxied"];
  const { healthCheck, warnings } = plan;
  return [
    ...plan.ports.flatMap(portText),
    ...(healthCheck ? [`health ${healthCheck.port} ${healthCheck.localReadyEndpoints}`] : []),
    ...warnings.map(({ reason }) => `warning ${reason}`),
  ];
}

function portText(plan: PortPlan): readonly string[] {
  const { affinityTimeoutSeconds: affinity, balancing } = plan;
  const extras = [
    ...(affinity === undefined ? [] : [`affinity ${affinity}`]),
    ...(balancing.kind === "maglev" ? [`maglev ${balancing.slots}`] : []),
  ];
  const list = (name: string, endpoints: readonly PlanEndpoint[]): string[] =>
    endpoints.length === 0 ? [] : [` ${name} ${endpoints.map(endpointText).join(" ")}`];
  const external = plan.externalLocal ? `${plan.external} (Local)` : plan.external;
  return [
    [plan.portName, plan.protocol, at(plan.clusterIP, plan.port), "->", plan.internal, ...extras]
      .filter((word) => word !== "")
      .join(" "),
    ...list("cluster", plan.clusterEndpoints),
    ...list("local", plan.localEndpoints),
    ...plan.frontends.map(({ kind, address, port, sourceRanges }) => {
      const from = sourceRanges === undefined ? "" : ` from ${sourceRanges.join(",") || "nobody"}`;
      return ` ${kind} ${at(address, port)}${from} -> ${external}`;
    }),
  ];
}

function endpointText({ address, port, local, weight }: PlanEndpoint): string {
  return `${at(address, port)}${local ? "*" : ""}${weight === 1 ? "" : `x${weight}`}`;
}

function at(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
