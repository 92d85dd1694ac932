import type { EndpointSlice } from "#cluster/contract.ts";
import type { PortPlan } from "../contract.ts";
import { candidatesOf, slicesOfFamily } from "../plan/candidates.ts";
import type { UdpPort, UdpService } from "./contract.ts";

/**
 * What of a Service concerns UDP flows in one family.
 * @param plans of one family
 * @param slices all that are labelled with the Service: a plan names usable endpoints, flows may stay with others
 */
export function udpServiceOf(
  service: {
    readonly namespace: string;
    readonly name: string;
    readonly ports: readonly PortPlan[];
  },
  slices: readonly EndpointSlice[],
): UdpService {
  const { namespace, name } = service;
  const plans = service.ports.filter(({ protocol }) => protocol === "UDP");
  return { namespace, name, ports: plans.map((plan) => udpPortOf(plan, slices)) };
}

function udpPortOf(plan: PortPlan, slices: readonly EndpointSlice[]): UdpPort {
  const { portName, protocol, clusterIP, port, frontends, family } = plan;
  const servicePort = { name: portName, protocol, port, nodePort: 0 };
  const candidates = candidatesOf(servicePort, slicesOfFamily(slices, family), "");
  return {
    frontends: [
      { address: clusterIP, port },
      ...frontends.map(({ address, port }) => ({ address, port })),
    ],
    backends: candidates
      .filter(({ ready, isDraining }) => ready || isDraining)
      .map(({ address, port }) => ({ address, port })),
  };
}
