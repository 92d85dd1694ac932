/** What a config says beside the endpoint: zones of the block, plugins around, options of `kubernetes`. */
interface Config {
  /** Zones of the server block. Default: cluster.local and both reverse zones. */
  readonly zones?: string;
  /** Arguments and options of the kubernetes plugin; undefined leaves it out. */
  readonly kubernetes?: string | undefined;
  /** Directives behind it; UPSTREAM is the server outside. */
  readonly rest?: string;
  /** Listen on every address, which is where the plugin looks for its own Service. Default: 127.0.0.1 alone. */
  readonly everywhere?: boolean;
}

const zones = "cluster.local in-addr.arpa ip6.arpa";

/** One server block, on a port of its own, for each configuration that some row needs. */
const configs = {
  plain: {},
  "ignore-empty": { kubernetes: "ignore empty_service" },
  "no-endpoints": { kubernetes: "noendpoints" },
  "pods-insecure": { kubernetes: "pods insecure" },
  "pods-verified": { kubernetes: "pods verified" },
  "endpoint-pod-names": { kubernetes: "endpoint_pod_names" },
  "ttl-0": { kubernetes: "ttl 0" },
  "ttl-3600": { kubernetes: "ttl 3600" },
  "one-namespace": { kubernetes: "namespaces testns" },
  "namespace-labels": { kubernetes: "namespace_labels team=blue" },
  labels: { kubernetes: "labels shown=yes" },
  fallthrough: { kubernetes: "fallthrough", rest: "whoami" },
  "fallthrough-reverse": { kubernetes: "fallthrough in-addr.arpa", rest: "whoami" },
  "fallthrough-nowhere": { kubernetes: "fallthrough" },
  "root-block": { zones: ".", rest: "whoami" },
  "root-block-alone": { zones: "." },
  "two-zones": { zones: "cluster.local example.org in-addr.arpa" },
  everywhere: { everywhere: true },
  "everywhere-no-endpoints": { kubernetes: "noendpoints", everywhere: true },
  forwarding: { zones: ".", kubernetes: "fallthrough in-addr.arpa", rest: "forward . UPSTREAM" },
  loadbalance: { rest: "loadbalance" },
  whoami: { zones: ".", kubernetes: undefined, rest: "whoami" },
  empty: { zones: ".", kubernetes: undefined },
} as const satisfies Record<string, Config>;

/** Name of a server block. */
export type ConfigName = keyof typeof configs;

export const configNames = Object.keys(configs) as ConfigName[]; // Object.keys forgets the key type

/** What the blocks refer to, each as host and port; the API server as a URL. */
export interface Surroundings {
  readonly endpoint: string;
  readonly upstream: string;
}

/** A Corefile with a block for each of the configs. */
export function corefile(
  surroundings: Surroundings,
  names: readonly ConfigName[],
  portOf: (config: ConfigName) => number,
): string {
  return names.map((name) => block(configs[name], surroundings, portOf(name))).join("\n");
}

function block(config: Config, { endpoint, upstream }: Surroundings, port: number): string {
  const all = config.zones ?? zones;
  const addresses = all.split(" ").map((zone) => `${zone}:${port}`);
  const served = all === "." ? zones : all;
  const options = "kubernetes" in config ? config.kubernetes : "";
  const kubernetes =
    options === undefined
      ? ""
      : `    kubernetes ${served} {\n        endpoint ${endpoint}\n        ${options}\n    }\n`;
  const rest =
    config.rest === undefined ? "" : `    ${config.rest.replace("UPSTREAM", upstream)}\n`;
  const bind = config.everywhere === true ? "" : "    bind 127.0.0.1\n";
  return `${addresses.join(" ")} {\n${bind}${kubernetes}${rest}}\n`;
}
