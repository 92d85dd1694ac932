import type { Pod } from "../contract.ts";
import { allContainers } from "../pods/containers-of.ts";
import { quantityValue } from "../quantity.ts";

/** What a pod asks of plugins that are able to do it: host ports and limits of bandwidth, as containerd words them. */
export function capabilityArgs(pod: Pod): Readonly<Record<string, unknown>> {
  const portMappings = allContainers(pod.spec).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, containerPort, protocol = "TCP", hostIP = "" }) =>
      hostPort === 0 ? [] : [{ hostPort, containerPort, protocol: protocol.toLowerCase(), hostIP }],
    ),
  );
  const bandwidth = bandwidthOf(pod.metadata.annotations ?? {});
  return {
    ...(portMappings.length > 0 && { portMappings }),
    ...(bandwidth !== undefined && { bandwidth }),
  };
}

/** Bursts are as containerd gives them: without one the shaper has no bucket. */
const burstBits = 2 ** 31 - 1;

function bandwidthOf(annotations: Readonly<Record<string, string>>): object | undefined {
  const rate = (direction: string): number | undefined => {
    const text = annotations[`kubernetes.io/${direction}-bandwidth`];
    return text === undefined ? undefined : quantityValue(text);
  };
  const [ingressRate, egressRate] = [rate("ingress"), rate("egress")];
  if (ingressRate === undefined && egressRate === undefined) return undefined;
  return {
    ...(ingressRate !== undefined && { ingressRate, ingressBurst: burstBits }),
    ...(egressRate !== undefined && { egressRate, egressBurst: burstBits }),
  };
}
