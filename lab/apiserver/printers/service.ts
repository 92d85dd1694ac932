import type { KubeObject } from "../contract.ts";
import type { ServiceObject, SliceObject } from "../kinds/types.ts";
import { ageColumn, labelsText, nameColumn, none, part } from "./cells.ts";
import type { Printer } from "./contract.ts";

interface ServiceStatus {
  readonly loadBalancer: {
    readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
  };
}

const specOf = (object: KubeObject) => part<ServiceObject["spec"]>(object, "spec");

export const servicePrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Type", cell: (object) => specOf(object).type ?? "" },
    { name: "Cluster-IP", cell: (object) => specOf(object).clusterIP || none },
    { name: "External-IP", cell: externalText },
    { name: "Port(s)", cell: portsText },
    ageColumn,
    { name: "Selector", priority: 1, cell: (object) => labelsText(specOf(object).selector) },
  ],
};

/** How many are shown before "+ 3 more...". */
const shownPorts = 3;
const shownAddresses = 3;

export const endpointsPrinter: Printer = {
  columns: [nameColumn, { name: "Endpoints", cell: endpointsText }, ageColumn],
};

export const endpointSlicePrinter: Printer = {
  columns: [
    nameColumn,
    { name: "AddressType", cell: (object) => (object as SliceObject).addressType },
    { name: "Ports", cell: slicePortsText },
    { name: "Endpoints", cell: sliceEndpointsText },
    ageColumn,
  ],
};

function externalText(object: KubeObject): string {
  const { type, externalIPs = [], externalName } = specOf(object);
  if (type === "ExternalName") return externalName ?? none;
  const ingress = part<ServiceStatus>(object, "status").loadBalancer?.ingress ?? [];
  const balanced = ingress.map(({ ip, hostname }) => ip ?? hostname ?? "");
  const addresses = type === "LoadBalancer" ? [...balanced, ...externalIPs] : externalIPs;
  if (addresses.length > 0) return addresses.join(",");
  return type === "LoadBalancer" ? "<pending>" : none;
}

/** "80:30080/TCP,443/TCP" */
function portsText(object: KubeObject): string {
  const ports = (specOf(object).ports ?? []).map(
    ({ port, nodePort, protocol = "TCP" }) =>
      `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`,
  );
  return ports.length === 0 ? none : ports.join(",");
}

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

function endpointsText(object: KubeObject): string {
  const subsets = (object.subsets ?? []) as readonly Subset[];
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${bracketed(ip)}:${port}`)),
  );
  return firstOf(all, shownAddresses, none);
}

function slicePortsText(object: KubeObject): string {
  const { ports = [] } = object as Partial<SliceObject>;
  if (ports.length === 0) return "<unset>";
  return firstOf(
    ports.map(({ port, name }) => (port === undefined ? name || "*" : String(port))),
    shownPorts,
    "<unset>",
  );
}

function sliceEndpointsText(object: KubeObject): string {
  const { endpoints = [] } = object as Partial<SliceObject>;
  return firstOf(
    endpoints.flatMap(({ addresses }) => addresses),
    shownAddresses,
    "<unset>",
  );
}

function firstOf(words: readonly string[], count: number, absent: string): string {
  if (words.length === 0) return absent;
  const shown = words.slice(0, count).join(",");
  return words.length > count ? `${shown} + ${words.length - count} more...` : shown;
}

function bracketed(ip: string): string {
  return ip.includes(":") ? `[${ip}]` : ip;
}
