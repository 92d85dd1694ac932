import type { ClusterModel } from "../contract.ts";
import { serviceName } from "./cluster.ts";

const ttlSeconds = 5;

/** The label of an endpoint without hostname (Kubernetes DNS specification 2.4.1): its address in dashes. */
function endpointLabel(address: string): string {
  return address.replaceAll(".", "-");
}

/**
 * The model as a master file (RFC 1035 §5) with the records that the Kubernetes DNS specification asks for:
 * A and SRV of services, and A and SRV of every endpoint of headless ones.
 */
export function zoneFile(model: ClusterModel): string {
  const lines = [
    `$ORIGIN ${model.zone}`,
    `$TTL ${ttlSeconds}`,
    `@ IN SOA ns.dns hostmaster 1 7200 1800 86400 ${ttlSeconds}`,
    "@ IN NS ns.dns",
    "ns.dns IN A 127.0.0.1",
  ];
  for (const service of model.services) {
    const name = serviceName(model, service);
    const portName = `_${service.portName}._tcp.${name}`;
    if (service.kind === "clusterIP") {
      lines.push(`${name} IN A ${service.clusterIP}`);
      lines.push(`${portName} IN SRV 0 100 ${service.port} ${name}`);
      continue;
    }
    const weight = Math.max(1, Math.floor(100 / service.addresses.length));
    for (const address of service.addresses) {
      const endpoint = `${endpointLabel(address)}.${name}`;
      lines.push(`${name} IN A ${address}`);
      lines.push(`${endpoint} IN A ${address}`);
      lines.push(`${portName} IN SRV 0 ${weight} ${service.port} ${endpoint}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The model's addresses as lines of a hosts file (hosts(5)), for dnsmasq's addn-hosts. */
export function hostsFile(model: ClusterModel): string {
  const lines = model.services.flatMap((service) => {
    const name = serviceName(model, service).slice(0, -1);
    if (service.kind === "clusterIP") return [`${service.clusterIP} ${name}`];
    return service.addresses.flatMap((address) => [
      `${address} ${name}`,
      `${address} ${endpointLabel(address)}.${name}`,
    ]);
  });
  return `${lines.join("\n")}\n`;
}
