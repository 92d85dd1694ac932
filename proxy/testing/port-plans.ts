/** PortPlans for tests, written as words. */
import { isIP } from "node:net";
import type { Protocol } from "#cluster/contract.ts";
import type { Frontend, PlanEndpoint, PortPlan } from "../contract.ts";

/**
 * "shop/web:http TCP 10.96.0.1 80 > 10.244.0.12 8080 local, 10.244.1.11 8080": a ServicePort and its endpoints. Those
 * on this node are the local ones too. IPv6 addresses make it one of family 6.
 */
export function portPlan(text: string, more: Partial<PortPlan> = {}): PortPlan {
  const [head = "", tail = ""] = text.split(" > ");
  const [name = "", protocol = "TCP", clusterIP = "", port = "80"] = head.split(" ");
  const [service = "", portName = ""] = name.split(":");
  const [namespace = "", serviceName = ""] = service.split("/");
  const family = isIP(clusterIP) === 6 ? 6 : 4;
  const endpoints = tail === "" ? [] : tail.split(", ").map(endpoint);
  const localEndpoints = endpoints.filter(({ local }) => local);
  return {
    id: `${service}:${portName}/${protocol}/${family}`,
    namespace,
    name: serviceName,
    portName,
    protocol: protocol as Protocol, // as the tests write it
    family,
    clusterIP,
    port: Number(port),
    clusterEndpoints: endpoints,
    localEndpoints,
    internal: endpoints.length > 0 ? "cluster" : "refuse",
    external: endpoints.length > 0 ? "cluster" : "refuse",
    externalLocal: false,
    frontends: [],
    affinityTimeoutSeconds: undefined,
    balancing: { kind: "random" },
    triggeredMs: undefined,
    ...more,
  };
}

function endpoint(text: string): PlanEndpoint {
  const [address = "", port = "", place] = text.split(" ");
  return { address, port: Number(port), local: place === "local", weight: 1 };
}

/** "NodePort 192.168.50.2 30080", with CIDRs behind it "LoadBalancer 203.0.113.3 443 from 198.51.100.0/24". */
export function frontend(text: string): Frontend {
  const [kind = "", address = "", port = "", , ...cidrs] = text.split(" ");
  return {
    kind: kind as Frontend["kind"], // as the tests write it
    address,
    port: Number(port),
    sourceRanges: cidrs.length > 0 ? cidrs : undefined,
  };
}
