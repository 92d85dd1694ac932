import { hostname, networkInterfaces } from "node:os";
import { AddressRange } from "../allocation/address-range.ts";
import { kubernetesOffset } from "../bootstrap.ts";

const names = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
  "localhost",
];

/** Every name and address that clients may reach the server by; for a wildcard that is any of the machine's. */
export function servingHosts(host: string, serviceCidrs: readonly string[]): readonly string[] {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const bound = isWildcard ? [hostname(), ...machineAddresses()] : [host];
  const virtual = serviceCidrs.map((cidr) => new AddressRange(cidr).at(kubernetesOffset));
  return [...new Set([...names, "127.0.0.1", "::1", ...bound, ...virtual])];
}

function machineAddresses(): readonly string[] {
  return (
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      // A link-local address needs its zone, which no certificate can name.
      .filter(({ scopeid }) => !scopeid)
      .map(({ address }) => address)
  );
}
