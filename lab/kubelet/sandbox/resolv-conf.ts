import type { Pod } from "../contract.ts";

/** resolv.conf in parts, in the order of its lines. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface DnsDefaults {
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** What the node itself uses. */
  readonly node: ResolvConf;
}

/** What resolvers read at most (kubelet's limits: MAXNS of resolv.h; searches since 1.28). */
const limits = { nameservers: 3, searches: 32, searchCharacters: 2048 };

/** The pod's resolver by dnsPolicy and dnsConfig, as the Kubernetes documentation "DNS for Services and Pods" has it. */
export function podResolvConf(pod: Pod, defaults: DnsDefaults): ResolvConf {
  const { dnsConfig } = pod.spec;
  const base = byPolicy(pod, defaults);
  return limited({
    nameservers: unique([...base.nameservers, ...(dnsConfig?.nameservers ?? [])]),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]),
    options: mergedOptions(base.options, dnsConfig?.options ?? []),
  });
}

function byPolicy({ spec, metadata }: Pod, defaults: DnsDefaults): ResolvConf {
  const { dnsPolicy = "ClusterFirst", hostNetwork = false } = spec;
  if (dnsPolicy === "None") return { nameservers: [], searches: [], options: [] };
  const { clusterDns, clusterDomain, node } = defaults;
  const isCluster =
    dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  if (!isCluster || clusterDns.length === 0) return node;
  const searches = [
    `${metadata.namespace}.svc.${clusterDomain}`,
    `svc.${clusterDomain}`,
    clusterDomain,
  ];
  return {
    nameservers: clusterDns,
    searches: [...searches, ...node.searches],
    options: ["ndots:5"],
  };
}

function mergedOptions(
  base: readonly string[],
  added: readonly { readonly name: string; readonly value?: string }[],
): readonly string[] {
  const byName = new Map(base.map((text) => [text.split(":")[0] ?? text, text]));
  for (const { name, value } of added)
    byName.set(name, value === undefined || value === "" ? name : `${name}:${value}`);
  return [...byName.values()];
}

function limited({ nameservers, searches, options }: ResolvConf): ResolvConf {
  const kept: string[] = [];
  for (const search of searches.slice(0, limits.searches)) {
    if ([...kept, search].join(" ").length > limits.searchCharacters) break;
    kept.push(search);
  }
  return { nameservers: nameservers.slice(0, limits.nameservers), searches: kept, options };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

export function parseResolvConf(text: string): ResolvConf {
  const words = text
    .split("\n")
    .map((line) =>
      line
        .replace(/[#;].*/, "")
        .trim()
        .split(/\s+/),
    )
    .filter(([key]) => key !== "");
  const of = (name: string): readonly (readonly string[])[] =>
    words.filter(([key]) => key === name).map(([, ...rest]) => rest);
  return {
    nameservers: of("nameserver").flatMap(([address]) => (address === undefined ? [] : [address])),
    // The last search line is the one that counts.
    searches: of("search").at(-1) ?? [],
    options: unique(of("options").flat()),
  };
}

export function resolvConfText({ nameservers, searches, options }: ResolvConf): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
    "",
  ].join("\n");
}
