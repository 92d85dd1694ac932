import type { Pod } from "../contract.ts";
import { podHostname } from "./hostname.ts";

const loopback = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters",
];

/** The pod's /etc/hosts; on the node's network it begins as the node's. */
export function hostsText(
  pod: Pod,
  addresses: readonly string[],
  clusterDomain: string,
  nodeHosts: string,
): string {
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames = [] }) =>
    [ip, ...hostnames].join("\t"),
  );
  const added = aliases.length === 0 ? [] : ["", "# Entries added by HostAliases.", ...aliases];
  if (pod.spec.hostNetwork)
    return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${added.join("\n")}\n`;
  const { hostname, domain } = podHostname(pod, clusterDomain);
  const names = domain === "" ? hostname : `${hostname}.${domain}\t${hostname}`;
  const own = addresses.map((address) => `${address}\t${names}`);
  return `${["# Kubernetes-managed hosts file.", ...loopback, ...own, ...added].join("\n")}\n`;
}
