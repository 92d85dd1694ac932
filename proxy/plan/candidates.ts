/** Which endpoints the slices name for one port of a Service, whatever their condition. */
import type { EndpointHints, EndpointSlice, ServicePort } from "#cluster/contract.ts";
import type { IpFamily } from "../contract.ts";
import { unusable } from "./addresses.ts";

export interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly local: boolean;
  readonly ready: boolean;
  /** Serves while it terminates: used where nothing is ready. */
  readonly isDraining: boolean;
  readonly hints: EndpointHints | undefined;
  readonly nodeName: string | undefined;
  readonly podName: string | undefined;
  readonly zone: string | undefined;
}

/** Slices that count for a family, in order of their names. Those with names for addresses count for none. */
export function slicesOfFamily(
  slices: readonly EndpointSlice[],
  family: IpFamily,
): readonly EndpointSlice[] {
  const addressType = family === 4 ? "IPv4" : "IPv6";
  return slices
    .filter((slice) => slice.addressType === addressType && !slice.hasHeadlessLabel)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The endpoints behind a port, each once, by address and port. While an endpoint moves from slice to slice both may
 * name it: the better condition counts, and it is local when one of them says so.
 * @param slices of one family, in order of their names
 */
export function candidatesOf(
  { name, protocol }: ServicePort,
  slices: readonly EndpointSlice[],
  nodeName: string,
): readonly Candidate[] {
  const found = new Map<number, Map<string, Candidate>>();
  for (const slice of slices) {
    const port = slice.ports.find((it) => it.name === name && it.protocol === protocol)?.port;
    if (port === undefined || port === 0) continue;
    const atPort = found.get(port) ?? new Map<string, Candidate>();
    found.set(port, atPort);
    for (const endpoint of slice.endpoints) {
      // The addresses of an endpoint are fungible: kube-proxy too uses the first alone.
      const address = endpoint.addresses[0];
      if (address === undefined || unusable(address) !== undefined) continue;
      const candidate: Candidate = {
        address,
        port,
        local: endpoint.nodeName === nodeName,
        ready: endpoint.ready,
        isDraining: !endpoint.ready && endpoint.serving && endpoint.terminating,
        hints: endpoint.hints,
        nodeName: endpoint.nodeName,
        podName: endpoint.podName,
        zone: endpoint.zone,
      };
      const known = atPort.get(address);
      atPort.set(address, known === undefined ? candidate : better(known, candidate));
    }
  }
  return [...found.values()].flatMap((atPort) => [...atPort.values()]).sort(byAddress);
}

function better(a: Candidate, b: Candidate): Candidate {
  const best = rank(b) > rank(a) ? b : a;
  const local = a.local || b.local;
  return best.local === local ? best : { ...best, local };
}

function rank({ ready, isDraining }: Candidate): number {
  return ready ? 2 : Number(isDraining);
}

function byAddress(a: Candidate, b: Candidate): number {
  if (a.address === b.address) return a.port - b.port;
  return a.address < b.address ? -1 : 1;
}
