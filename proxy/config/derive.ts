/** From values that are right by themselves to a configuration that is right as a whole. */
import { canonicalAddress } from "#cluster/objects/address.ts";
import type { DetectLocal } from "../contract.ts";
import { familyOf, parseCidr } from "../plan/addresses.ts";
import { parseNodePortAddresses } from "../plan/node-port-addresses.ts";
import type { ListenAddress, ProxyConfig } from "./contract.ts";
import { ProxyConfigError } from "./errors.ts";
import { type FieldPath, fields } from "./fields.ts";
import { parseListenAddress } from "./listen-address.ts";
import type { Values } from "./values.ts";

const HEALTHZ_PORT = 10_256;
const METRICS_PORT = 10_249;
/** IFNAMSIZ without the zero byte. */
const MAX_INTERFACE_NAME = 15;

/** @throws ProxyConfigError (FL-P001) naming the place of the value */
export function deriveConfig(values: Values, master: string | undefined): ProxyConfig {
  if (values.get("mode") === "kernelspace") {
    fail(values, "mode", '"kernelspace" is for Windows');
  }
  const bindAddress =
    canonicalAddress(values.get("bindAddress")) ??
    fail(values, "bindAddress", `"${values.get("bindAddress")}" is no IP address`);
  const isIPv4 = familyOf(bindAddress) === 4;
  return {
    kubeconfig: values.get("clientConnection.kubeconfig") || undefined,
    master,
    hostnameOverride: hostnameOf(values),
    bindAddress,
    healthz: listenAt(values, "healthzBindAddress", isIPv4 ? "0.0.0.0" : "::", HEALTHZ_PORT),
    metrics: listenAt(values, "metricsBindAddress", isIPv4 ? "127.0.0.1" : "::1", METRICS_PORT),
    bindAddressHardFail: values.get("bindAddressHardFail"),
    enableProfiling: values.get("enableProfiling"),
    masqueradeAll: masqueradesAll(values),
    detectLocal: detectLocalOf(values),
    nodePorts: parseNodePortAddresses(
      values.get("nodePortAddresses"),
      values.where("nodePortAddresses"),
    ),
    ...periodsOf(values),
    oomScoreAdj: values.get("oomScoreAdj"),
    conntrack: {
      maxPerCore: values.get("conntrack.maxPerCore"),
      min: values.get("conntrack.min"),
      tcpEstablishedTimeoutMs: values.get("conntrack.tcpEstablishedTimeout"),
      tcpCloseWaitTimeoutMs: values.get("conntrack.tcpCloseWaitTimeout"),
      udpTimeoutMs: values.get("conntrack.udpTimeout"),
      udpStreamTimeoutMs: values.get("conntrack.udpStreamTimeout"),
      tcpBeLiberal: values.get("conntrack.tcpBeLiberal"),
    },
    verbosity: values.get("logging.verbosity"),
  };
}

function fail(values: Values, path: FieldPath, problem: string): never {
  throw new ProxyConfigError(values.where(path), problem);
}

function hostnameOf(values: Values): string | undefined {
  const text = values.get("hostnameOverride");
  const name = text.trim().toLowerCase();
  if (text !== "" && name === "") fail(values, "hostnameOverride", "must not be blank");
  return name || undefined;
}

function listenAt(
  values: Values,
  path: "healthzBindAddress" | "metricsBindAddress",
  address: string,
  port: number,
): ListenAddress | undefined {
  const text = values.get(path);
  if (text === "") return values.isGiven(path) ? undefined : { address, port };
  const listen = parseListenAddress(text, port);
  return listen ?? fail(values, path, `"${text}" is no IP:PORT such as ${address}:${port}`);
}

/** The sections of kube-proxy's modes; without a mode, that of iptables and Fairlead's nearest. */
function masqueradesAll(values: Values): boolean {
  const mode = values.get("mode");
  const [iptables, nftables] = [
    values.get("iptables.masqueradeAll"),
    values.get("nftables.masqueradeAll"),
  ];
  // The flag --masquerade-all sets the former, whatever the mode.
  if (mode === "nftables")
    return nftables || (values.where("iptables.masqueradeAll").startsWith("--") && iptables);
  return mode === "" ? iptables || nftables : iptables;
}

function periodsOf(values: Values): Pick<ProxyConfig, "syncPeriodMs" | "minSyncPeriodMs"> {
  const section = sectionOf(values);
  const syncPeriodMs = values.get(`${section}.syncPeriod`);
  const minPath = `${section}.minSyncPeriod` as const;
  // kube-proxy's default, which tools write down, is no wish for a pause of a second between updates.
  const asked = values.get(minPath);
  const minSyncPeriodMs = asked === fields[minPath].initial ? undefined : asked;
  if (syncPeriodMs <= 0) fail(values, `${section}.syncPeriod`, "must be longer than 0s");
  if (minSyncPeriodMs !== undefined && minSyncPeriodMs > syncPeriodMs) {
    fail(values, minPath, `must not be longer than syncPeriod (${syncPeriodMs / 1000}s)`);
  }
  return { syncPeriodMs, minSyncPeriodMs };
}

function sectionOf(values: Values): "iptables" | "ipvs" | "nftables" {
  const mode = values.get("mode");
  if (mode === "ipvs" || mode === "nftables") return mode;
  const isOwn = values.isGiven("nftables.syncPeriod") || values.isGiven("nftables.minSyncPeriod");
  return mode === "" && isOwn ? "nftables" : "iptables";
}

function detectLocalOf(values: Values): DetectLocal {
  const cidrs = clusterCidrs(values);
  switch (values.get("detectLocalMode")) {
    case "NodeCIDR":
      return { mode: "NodeCIDR" };
    case "BridgeInterface":
      return {
        mode: "BridgeInterface",
        interface: interfaceName(values, "detectLocal.bridgeInterface"),
      };
    case "InterfaceNamePrefix":
      return {
        mode: "InterfaceNamePrefix",
        prefix: interfaceName(values, "detectLocal.interfaceNamePrefix"),
      };
    default:
      return cidrs.length === 0 ? { mode: "none" } : { mode: "ClusterCIDR", cidrs };
  }
}

function interfaceName(
  values: Values,
  path: "detectLocal.bridgeInterface" | "detectLocal.interfaceNamePrefix",
): string {
  const name = values.get(path);
  if (name === "")
    fail(values, path, `is needed with detectLocalMode ${values.get("detectLocalMode")}`);
  if (name.length <= MAX_INTERFACE_NAME && /^[^/\s]+$/.test(name)) return name;
  return fail(
    values,
    path,
    `"${name}" is no interface name of at most ${MAX_INTERFACE_NAME} characters`,
  );
}

/** One range, or one of each family. */
function clusterCidrs(values: Values): readonly string[] {
  const text = values.get("clusterCIDR");
  if (text === "") return [];
  const cidrs = text.split(",").map((part) => {
    const cidr = parseCidr(part.trim());
    return cidr ?? fail(values, "clusterCIDR", `"${part}" is no CIDR such as 10.244.0.0/16`);
  });
  const families = new Set(cidrs.map(({ family }) => family));
  if (families.size < cidrs.length) {
    fail(values, "clusterCIDR", `"${text}" is neither one CIDR nor one of each family`);
  }
  return cidrs.map((cidr) => cidr.text);
}
