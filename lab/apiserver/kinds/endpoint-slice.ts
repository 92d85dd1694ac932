import { isIPv4, isIPv6 } from "node:net";
import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { portNumberProblems, protocolProblems } from "./ports.ts";
import { invalidValue, oneOf, required } from "./problems.ts";
import type { Strategy } from "./strategy.ts";
import type { SliceObject } from "./types.ts";

const maxEndpoints = 1000;
const maxAddresses = 100;

/** EndpointSlices (discovery.k8s.io/v1): address type and limits. */
export const endpointSliceStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  const { endpoints, ports } = object as Partial<SliceObject>;
  const completePorts = ports?.map((port) => ({
    ...port,
    name: port.name ?? "",
    protocol: port.protocol ?? "TCP",
  }));
  return { ...object, endpoints: endpoints ?? [], ports: completePorts ?? [] };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const { addressType, endpoints, ports } = object as SliceObject;
  const problems =
    addressType === undefined
      ? [required("addressType")]
      : oneOf("addressType", addressType, ["FQDN", "IPv4", "IPv6"]);
  const was = (before as SliceObject | undefined)?.addressType;
  if (was !== undefined && was !== addressType) {
    problems.push(invalidValue("addressType", addressType, "field is immutable"));
  }
  if (endpoints.length > maxEndpoints) {
    problems.push(
      invalidValue("endpoints", endpoints.length, `must have at most ${maxEndpoints} items`),
    );
  }
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    problems.push(...addressesProblems(addresses, addressType, `endpoints[${index}].addresses`));
  }
  for (const [index, { port, protocol }] of ports.entries()) {
    if (port !== undefined) problems.push(...portNumberProblems(`ports[${index}].port`, port));
    problems.push(...protocolProblems(`ports[${index}].protocol`, protocol));
  }
  return problems;
}

function addressesProblems(
  addresses: readonly string[],
  type: SliceObject["addressType"],
  field: string,
): FieldProblem[] {
  if (addresses.length === 0) return [required(field, "must contain at least 1 address")];
  if (addresses.length > maxAddresses) {
    return [
      invalidValue(field, addresses.length, `must contain no more than ${maxAddresses} addresses`),
    ];
  }
  const isRight = { IPv4: isIPv4, IPv6: isIPv6, FQDN: () => true }[type] ?? (() => true);
  return addresses
    .map((address, index) => ({ address, at: `${field}[${index}]` }))
    .filter(({ address }) => !isRight(address))
    .map(({ address, at }) => invalidValue(at, address, `must be a valid ${type} address`));
}
