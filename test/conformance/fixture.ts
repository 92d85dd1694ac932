import { readdirSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "#lab/apiserver/contract.ts";

/** The cluster that the table asks about: fixture/*.yaml, and what is easier to count than to write down. */
export function fixture(): KubeObject[] {
  return [...manifests(), ...crowd(), ...clusterDns()];
}

function manifests(): KubeObject[] {
  const folder = join(import.meta.dirname, "fixture");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), "utf8")))
    .map((document) => document.toJS() as KubeObject); // the fixture is our own; a wrong one fails at the API server
}

export const crowdAddresses = Array.from({ length: 100 }, (_, index) => `172.1.0.${index + 1}`);

/** A headless service with more endpoints than a datagram holds. */
function crowd(): KubeObject[] {
  const ports = [{ name: "http", port: 80, protocol: "TCP" }];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "crowd", namespace: "testns" },
      spec: { clusterIP: "None", clusterIPs: ["None"], ports },
    },
    endpointSlice("testns", "crowd", crowdAddresses, ports),
  ];
}

/** Addresses of this machine that other machines could use, as the kubernetes plugin looks for them. */
export const machineAddresses = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal }) => !internal)
  .map(({ address }) => address);

/** The Service that this machine is an endpoint of, where it has an address that can be one. */
function clusterDns(): KubeObject[] {
  const address = machineAddresses.find((candidate) => !candidate.includes(":"));
  if (address === undefined) return [];
  const ports = [{ name: "dns", port: 53, protocol: "UDP" }];
  return [endpointSlice("kube-system", "kube-dns", [address], ports)];
}

function endpointSlice(
  namespace: string,
  service: string,
  addresses: readonly string[],
  ports: readonly object[],
): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: `${service}-a`,
      namespace,
      labels: { "kubernetes.io/service-name": service },
    },
    addressType: "IPv4",
    ports,
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}
