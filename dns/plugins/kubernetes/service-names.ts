/**
 * From a Service and its endpoint slices to every DNS name they give (Kubernetes DNS specification 1.1.0, with
 * CoreDNS's endpoint names and pseudo names for ports). The one place that says which records exist: the answer table
 * is compiled from it and the slow path evaluates it. Pure.
 */
import { isIP } from "node:net";
import type { EndpointPort, EndpointSlice, Service } from "#cluster/contract.ts";
import type { NameRecords, ServiceLocation, TargetAddress } from "./contract.ts";
import { type EndpointItem, endpointItems, isIPv6 } from "./endpoints.ts";
import { isEncodable, isLabel } from "./labels.ts";

export interface NamingOptions {
  readonly endpointPodNames: boolean;
  readonly noEndpoints: boolean;
  readonly ignoreEmptyService: boolean;
}

/** One place a service can be reached: what CoreDNS calls a service record. */
interface Candidate {
  readonly address: string;
  readonly target: string;
  /** "" when the port has none that a label could hold, its underscore included. */
  readonly portName: string;
  readonly protocol: string;
  /** Undefined: no port was declared, so SRV has nothing to say. */
  readonly port: number | undefined;
}

/** What the SRV weights of one name come to. */
const TOTAL_WEIGHT = 100;

/** SRV weights share 100 among all candidates, those dropped as duplicates included (rounded down, at least 1). */
function locations(candidates: readonly Candidate[]): ServiceLocation[] {
  const weight = Math.max(1, Math.floor(TOTAL_WEIGHT / candidates.length));
  const seen = new Set<string>();
  const found: ServiceLocation[] = [];
  for (const { target, port } of candidates) {
    const key = `${port} ${target}`;
    if (port === undefined || seen.has(key)) continue;
    seen.add(key);
    found.push({ weight, port, target });
  }
  return found;
}

function targetAddresses(candidates: readonly Candidate[]): TargetAddress[] {
  const seen = new Set<string>();
  const found: TargetAddress[] = [];
  for (const { target, address, port } of candidates) {
    const key = `${address} ${target}`;
    if (port === undefined || seen.has(key)) continue;
    seen.add(key);
    found.push({ target, address });
  }
  return found;
}

function named(
  owner: string,
  kind: NameRecords["kind"],
  candidates: readonly Candidate[],
): NameRecords {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return namedOne(owner, kind, only);
  const addresses = new Set<string>();
  for (const candidate of candidates) addresses.add(candidate.address);
  const v4: string[] = [];
  const v6: string[] = [];
  for (const address of addresses) (isIPv6(address) ? v6 : v4).push(address);
  return {
    owner,
    kind,
    v4,
    v6,
    srv: locations(candidates),
    targets: targetAddresses(candidates),
  };
}

const NONE: readonly never[] = [];

/** Nearly every endpoint has a name of its own with one address and one port: spared the sets, it costs a third. */
function namedOne(owner: string, kind: NameRecords["kind"], candidate: Candidate): NameRecords {
  const { address, port, target } = candidate;
  const v6 = isIPv6(address);
  return {
    owner,
    kind,
    v4: v6 ? NONE : [address],
    v6: v6 ? [address] : NONE,
    srv: port === undefined ? NONE : [{ weight: TOTAL_WEIGHT, port, target }],
    targets: port === undefined ? NONE : [{ target, address }],
  };
}

/** `_port._protocol` names and the empty non-terminals between them and the service (RFC 8020 §2). */
function portNames(service: string, candidates: readonly Candidate[]): NameRecords[] {
  const groups = new Map<string, Candidate[]>();
  const protocols = new Set<string>();
  // One after another the endpoints of a slice have the same ports: most names need not be put together again.
  let last: { readonly first: Candidate; readonly group: Candidate[] } | undefined;
  for (const candidate of candidates) {
    if (candidate.portName === "") continue;
    if (last?.first.portName === candidate.portName && last.first.protocol === candidate.protocol) {
      last.group.push(candidate);
      continue;
    }
    protocols.add(`_${candidate.protocol}.${service}`);
    const owner = `_${candidate.portName}._${candidate.protocol}.${service}`;
    const group = groups.get(owner) ?? [];
    groups.set(owner, group);
    group.push(candidate);
    last = { first: candidate, group };
  }
  return [
    ...[...protocols].map((owner) => named(owner, "protocol", [])),
    ...[...groups].map(([owner, group]) => named(owner, "port", group)),
  ];
}

function portNameOf(port: EndpointPort | undefined): string {
  const name = port?.name.toLowerCase() ?? "";
  return name !== "" && isLabel(`_${name}`) ? name : "";
}

function endpointCandidates(owner: string, items: readonly EndpointItem[]): Candidate[] {
  return items.map(({ address, hostname, port }) => ({
    address,
    // join() makes one flat string; a template would keep its parts alive beside it, for every endpoint there is.
    target: [hostname, owner].join("."),
    portName: portNameOf(port),
    protocol: (port?.protocol ?? "").toLowerCase(),
    port: port?.port,
  }));
}

function endpointNames(candidates: readonly Candidate[]): NameRecords[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const group = groups.get(candidate.target);
    if (group === undefined) groups.set(candidate.target, [candidate]);
    else group.push(candidate);
  }
  return [...groups].map(([owner, group]) => named(owner, "endpoint", group));
}

function clusterIPCandidates(owner: string, service: Service): Candidate[] {
  const ports = service.ports.length === 0 ? [undefined] : service.ports;
  return ports.flatMap((port) =>
    service.clusterIPs.map((address) => ({
      address,
      target: owner,
      portName: portNameOf(port),
      protocol: (port?.protocol ?? "").toLowerCase(),
      port: port?.port,
    })),
  );
}

/**
 * An address is no CNAME target: such a service has no name at all (CoreDNS does the same). Nor is a name that has no
 * wire form, which the API server lets pass.
 */
function externalName(owner: string, service: Service): NameRecords[] {
  const target = service.externalName ?? "";
  const cname = target.endsWith(".") ? target : `${target}.`;
  if (target === "" || isIP(target) !== 0 || !isEncodable(cname)) return [];
  return [{ owner, kind: "service", v4: [], v6: [], srv: [], targets: [], cname }];
}

/** Every name of the service, relative to a zone. None when the service does not exist for DNS. */
export function serviceNames(
  service: Service,
  slices: readonly EndpointSlice[],
  options: NamingOptions,
): NameRecords[] {
  if (!isLabel(service.name) || !isLabel(service.namespace)) return [];
  const owner = `${service.name}.${service.namespace}.svc`;
  if (service.type === "ExternalName") return externalName(owner, service);

  const items = options.noEndpoints ? [] : endpointItems(slices, options.endpointPodNames);
  const endpoints = endpointCandidates(owner, items);
  if (service.headless) {
    if (endpoints.length === 0) return [];
    return [
      named(owner, "service", endpoints),
      ...portNames(owner, endpoints),
      ...endpointNames(endpoints),
    ];
  }
  if (options.ignoreEmptyService && endpoints.length === 0) return [];
  const virtual = clusterIPCandidates(owner, service);
  if (virtual.length === 0) return [];
  return [
    named(owner, "service", virtual),
    ...portNames(owner, virtual),
    ...endpointNames(endpoints),
  ];
}
