import { isIP } from "node:net";
import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { portNumberProblems, protocolProblems } from "./ports.ts";
import { invalidValue } from "./problems.ts";
import type { Strategy } from "./strategy.ts";
import type { EndpointSubset } from "./types.ts";

/** Endpoints (core/v1): addresses that are some, ports with a protocol. */
export const endpointsStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  if (object.subsets === undefined) return object;
  const subsets = (object.subsets as readonly EndpointSubset[]).map((subset) =>
    subset.ports === undefined ? subset : { ...subset, ports: subset.ports.map(completePort) },
  );
  return { ...object, subsets };
}

function completePort<T extends { readonly protocol?: string }>(port: T): T {
  return { ...port, protocol: port.protocol ?? "TCP" };
}

function validate(object: KubeObject): FieldProblem[] {
  return ((object.subsets ?? []) as readonly EndpointSubset[]).flatMap((subset, index) =>
    subsetProblems(subset, `subsets[${index}]`),
  );
}

function subsetProblems(subset: EndpointSubset, field: string): FieldProblem[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const named = [
    ...addresses.map(({ ip }, index) => [`${field}.addresses[${index}].ip`, ip] as const),
    ...notReadyAddresses.map(
      ({ ip }, index) => [`${field}.notReadyAddresses[${index}].ip`, ip] as const,
    ),
  ];
  return [
    ...named
      .filter(([, ip]) => isIP(ip) === 0)
      .map(([at, ip]) => invalidValue(at, ip, "must be a valid IP address")),
    ...ports.flatMap(({ port, protocol }, index) => [
      ...portNumberProblems(`${field}.ports[${index}].port`, port),
      ...protocolProblems(`${field}.ports[${index}].protocol`, protocol),
    ]),
  ];
}
