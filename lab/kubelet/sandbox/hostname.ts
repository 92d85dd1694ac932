import type { Pod } from "../contract.ts";

/** Of UTS names: 63 characters and no dot or hyphen at the end. */
const longest = 63;

/** The pod's host name, and its domain where it has a subdomain. */
export function podHostname(
  { metadata, spec }: Pod,
  clusterDomain: string,
): {
  readonly hostname: string;
  readonly domain: string;
} {
  const name = spec.hostname || metadata.name;
  const hostname = name.slice(0, longest).replace(/[.-]+$/, "");
  const domain = spec.subdomain
    ? `${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}`
    : "";
  return { hostname, domain };
}

/** What `hostname` prints in the pod: the node's name on the node's network. */
export function utsName(pod: Pod, clusterDomain: string, nodeName: string): string {
  if (pod.spec.hostNetwork) return nodeName;
  const { hostname, domain } = podHostname(pod, clusterDomain);
  return pod.spec.setHostnameAsFQDN && domain !== "" ? `${hostname}.${domain}` : hostname;
}
