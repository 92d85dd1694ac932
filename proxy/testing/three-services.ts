import type { IpFamily, PortPlan } from "../contract.ts";
import type { LayoutOptions } from "../layout/contract.ts";
import { frontend, portPlan } from "./port-plans.ts";

/** A NodePort, one with ClientIP affinity, and a load balancer with source ranges and externalTrafficPolicy Local. */
export const threeServices: { readonly [F in IpFamily]: readonly PortPlan[] } = {
  4: [
    portPlan("shop/web:http TCP 10.96.0.1 80 > 10.244.0.12 8080 local, 10.244.1.11 8080", {
      frontends: [frontend("NodePort 192.168.50.2 30080")],
    }),
    portPlan("shop/cart:http TCP 10.96.0.2 80 > 10.244.0.13 8080 local, 10.244.1.12 8080", {
      affinityTimeoutSeconds: 10_800,
    }),
    portPlan("shop/gateway:https TCP 10.96.0.3 443 > 10.244.0.11 8443 local, 10.244.1.13 8443", {
      external: "local",
      externalLocal: true,
      frontends: [
        frontend("NodePort 192.168.50.2 30443"),
        frontend("LoadBalancer 203.0.113.3 443 from 198.51.100.0/24"),
      ],
    }),
  ],
  6: [
    portPlan("shop/web:http TCP fd00:96::1 80 > fd00:244::c 8080 local, fd00:244:1::b 8080", {
      frontends: [frontend("NodePort fd00:50::2 30080")],
    }),
    portPlan("shop/cart:http TCP fd00:96::2 80 > fd00:244::d 8080 local, fd00:244:1::c 8080", {
      affinityTimeoutSeconds: 10_800,
    }),
    portPlan("shop/gateway:https TCP fd00:96::3 443 > fd00:244::b 8443 local", {
      external: "local",
      externalLocal: true,
      frontends: [frontend("LoadBalancer fd00:203::3 443 from fd00:198::/64")],
    }),
  ],
};

export function exampleOptions(family: IpFamily): LayoutOptions {
  return {
    family,
    endpointCounters: false,
    masqueradeAll: false,
    localTraffic: {
      kind: "cidrs",
      cidrs: family === 4 ? ["10.244.0.0/16"] : ["fd00:244::/32"],
    },
    serviceCidrs: family === 4 ? ["10.96.0.0/16"] : ["fd00:96::/112"],
    affinityEntries: 262_144,
  };
}
