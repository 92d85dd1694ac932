/** kube-proxy's flags: which field each sets, and which count beside a configuration file. */
import { ProxyConfigError } from "./errors.ts";
import { type FieldPath, fields } from "./fields.ts";
import type { Values } from "./values.ts";

/** As the command line's parser takes them. */
interface ProxyFlag {
  readonly name: string;
  /** "" for a boolean flag; otherwise what stands for the value in help. */
  readonly value: string;
  readonly help: string;
  /** Given several times its values are joined by commas. */
  readonly repeats?: boolean;
}

/** Flags that stand for no field; they count with --config as well. */
const actions: readonly ProxyFlag[] = [
  {
    name: "config",
    value: "FILE",
    help: "KubeProxyConfiguration to read; most flags below are then ignored",
  },
  {
    name: "cleanup",
    value: "",
    help: "take away all that the proxy has put into the kernel, and end",
  },
  { name: "init-only", value: "", help: "set what needs all of root's powers, and end" },
  {
    name: "write-config-to",
    value: "FILE",
    help: "write the configuration with all defaults here, and end",
  },
  { name: "master", value: "URL", help: "API server in place of the kubeconfig's" },
  { name: "version", value: "", help: "print the version and end" },
  { name: "help", value: "", help: "print this" },
];

interface FieldFlag extends ProxyFlag {
  readonly path: FieldPath;
  /** It counts with --config too. */
  readonly always?: boolean;
}

const flag = (name: string, path: FieldPath, value: string, help: string): FieldFlag => ({
  name,
  path,
  value,
  help,
});

const fieldFlags: readonly FieldFlag[] = [
  {
    ...flag("hostname-override", "hostnameOverride", "NAME", "name of the Node, if not the host's"),
    always: true,
  },
  { ...flag("v", "logging.verbosity", "N", "verbosity of the log"), always: true },
  { ...flag("logging-format", "logging.format", "FORMAT", "no effect"), always: true },
  flag(
    "kubeconfig",
    "clientConnection.kubeconfig",
    "FILE",
    "where the API server is and how to log in",
  ),
  flag("bind-address", "bindAddress", "IP", "the node's primary address; its family comes first"),
  flag(
    "healthz-bind-address",
    "healthzBindAddress",
    "IP:PORT",
    "of /healthz and /livez (default 0.0.0.0:10256); empty for none",
  ),
  flag(
    "metrics-bind-address",
    "metricsBindAddress",
    "IP:PORT",
    "of /metrics (default 127.0.0.1:10249); empty for none",
  ),
  flag("bind-address-hard-fail", "bindAddressHardFail", "", "end when a port cannot be bound"),
  flag("profiling", "enableProfiling", "", "serve profiles"),
  flag("proxy-mode", "mode", "MODE", "iptables, ipvs, nftables: all run the same datapath"),
  flag("masquerade-all", "iptables.masqueradeAll", "", "masquerade all that is sent to ClusterIPs"),
  flag("cluster-cidr", "clusterCIDR", "CIDR", "of the pods; two with a comma for two families"),
  flag(
    "detect-local-mode",
    "detectLocalMode",
    "MODE",
    "ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix",
  ),
  flag("pod-bridge-interface", "detectLocal.bridgeInterface", "NAME", "for BridgeInterface"),
  flag(
    "pod-interface-name-prefix",
    "detectLocal.interfaceNamePrefix",
    "PREFIX",
    "for InterfaceNamePrefix",
  ),
  {
    ...flag(
      "nodeport-addresses",
      "nodePortAddresses",
      "LIST",
      "CIDRs of node addresses for NodePorts, primary, all (default primary)",
    ),
    repeats: true,
  },
  flag("oom-score-adj", "oomScoreAdj", "N", "from -1000 to 1000 (default -999)"),
  flag(
    "conntrack-max-per-core",
    "conntrack.maxPerCore",
    "N",
    "connections tracked for each core (default 32768), 0 leaves the kernel's",
  ),
  flag("conntrack-min", "conntrack.min", "N", "connections tracked at least (default 131072)"),
  flag(
    "conntrack-tcp-timeout-established",
    "conntrack.tcpEstablishedTimeout",
    "TIME",
    "of idle connections (default 24h), 0 leaves the kernel's",
  ),
  flag(
    "conntrack-tcp-timeout-close-wait",
    "conntrack.tcpCloseWaitTimeout",
    "TIME",
    "of half-closed connections (default 1h), 0 leaves the kernel's",
  ),
  flag(
    "conntrack-tcp-be-liberal",
    "conntrack.tcpBeLiberal",
    "",
    "no effect: packets out of the window always pass",
  ),
  flag(
    "conntrack-udp-timeout",
    "conntrack.udpTimeout",
    "TIME",
    "of UDP without replies, 0 leaves the kernel's",
  ),
  flag(
    "conntrack-udp-timeout-stream",
    "conntrack.udpStreamTimeout",
    "TIME",
    "of UDP with replies, 0 leaves the kernel's",
  ),
  flag(
    "iptables-sync-period",
    "iptables.syncPeriod",
    "TIME",
    "an update that waits for twice as long makes /healthz fail (default 30s)",
  ),
  flag(
    "iptables-min-sync-period",
    "iptables.minSyncPeriod",
    "TIME",
    "least time between two updates",
  ),
  flag(
    "ipvs-sync-period",
    "ipvs.syncPeriod",
    "TIME",
    "as --iptables-sync-period, with --proxy-mode ipvs",
  ),
  flag(
    "ipvs-min-sync-period",
    "ipvs.minSyncPeriod",
    "TIME",
    "as --iptables-min-sync-period, with --proxy-mode ipvs",
  ),
  flag("iptables-masquerade-bit", "iptables.masqueradeBit", "N", "no effect"),
  flag("iptables-localhost-nodeports", "iptables.localhostNodePorts", "", "no effect"),
  flag("ipvs-scheduler", "ipvs.scheduler", "NAME", "no effect"),
  { ...flag("ipvs-exclude-cidrs", "ipvs.excludeCIDRs", "LIST", "no effect"), repeats: true },
  flag("ipvs-strict-arp", "ipvs.strictARP", "", "no effect"),
  flag("ipvs-tcp-timeout", "ipvs.tcpTimeout", "TIME", "no effect"),
  flag("ipvs-tcpfin-timeout", "ipvs.tcpFinTimeout", "TIME", "no effect"),
  flag("ipvs-udp-timeout", "ipvs.udpTimeout", "TIME", "no effect"),
  flag("kube-api-content-type", "clientConnection.contentType", "TYPE", "no effect"),
  flag("kube-api-qps", "clientConnection.qps", "N", "no effect"),
  flag("kube-api-burst", "clientConnection.burst", "N", "no effect"),
  flag("config-sync-period", "configSyncPeriod", "TIME", "no effect"),
  flag("feature-gates", "featureGates", "LIST", "no effect"),
  flag("show-hidden-metrics-for-version", "showHiddenMetricsForVersion", "VERSION", "no effect"),
];

export const proxyFlags: readonly ProxyFlag[] = [...actions, ...fieldFlags];

/**
 * Takes over the flags that count.
 * @param hasFile with a configuration file only a few do, as with kube-proxy
 * @returns a sentence that names the flags that were ignored, if there are any
 * @throws ProxyConfigError (FL-P001) naming the flag
 */
export function applyFlags(
  given: ReadonlyMap<string, string>,
  hasFile: boolean,
  values: Values,
): readonly string[] {
  const ignored: string[] = [];
  for (const { name, path, always } of fieldFlags) {
    const text = given.get(name);
    if (text === undefined) continue;
    if (hasFile && always !== true) {
      ignored.push(`--${name}`);
      continue;
    }
    const { type } = fields[path];
    const value = type.fromFlag(text);
    if (value === undefined) {
      throw new ProxyConfigError(`--${name}`, `"${text}" is not ${type.wanted}`);
    }
    values.force(path, value, `--${name}`);
  }
  return ignored.length === 0
    ? []
    : [`${ignored.join(", ")} ignored: with --config the file decides, as with kube-proxy`];
}
