import type { ConnectionOptions } from "#cluster/api/connect.ts";
import type { ConntrackSettings, ListenAddress, ProxyConfig } from "../config/contract.ts";
import { ProxyConfigError } from "../config/errors.ts";
import type { ConntrackConfig } from "../conntrack/contract.ts";
import type { IpFamily } from "../contract.ts";
import type {
  BindAddress,
  ProcessSettings,
  ProxyDaemonOptions,
  ServiceProxySettings,
} from "./contract.ts";

/** What kube-proxy's configuration has no word for. */
export type OwnSettings = Pick<
  ServiceProxySettings,
  "auditPeriodMs" | "endpointCounters" | "connectionSeries" | "refusalReportPeriodMs"
>;

export interface Machine {
  readonly hostname: string;
  readonly hasIpv6: boolean;
}

/** What the daemon is to do, from kube-proxy's configuration and what the machine is. */
export function daemonSettings(
  config: ProxyConfig,
  own: OwnSettings,
  { hostname, hasIpv6 }: Machine,
): Omit<ProxyDaemonOptions, "configz" | "nft" | "logger" | "stopping"> & ProcessSettings {
  const families: readonly IpFamily[] = hasIpv6 ? [4, 6] : [4];
  return {
    connection: connectionOf(config),
    nodeName: config.hostnameOverride ?? hostname.trim().toLowerCase(),
    families,
    detectLocal: config.detectLocal,
    masqueradeAll: config.masqueradeAll,
    nodePorts: config.nodePorts,
    serviceProxyName: "",
    syncPeriodMs: config.syncPeriodMs,
    minSyncPeriodMs: config.minSyncPeriodMs,
    // As kube-proxy: whoever tells names knows nothing of this process.
    deletionDelayMs: 0,
    healthz: bindAddress(config.healthz, hasIpv6),
    metrics: bindAddress(config.metrics, hasIpv6),
    bindHard: config.bindAddressHardFail,
    conntrack: conntrackOf(config.conntrack),
    oomScoreAdj: config.oomScoreAdj,
    ...own,
  };
}

function connectionOf({ kubeconfig, master }: ProxyConfig): ConnectionOptions {
  if (kubeconfig !== undefined && master !== undefined)
    throw new ProxyConfigError("--master", "stands beside a kubeconfig: name the server there");
  if (master !== undefined) return { endpoint: master };
  return kubeconfig === undefined ? {} : { kubeconfig: { file: kubeconfig } };
}

function conntrackOf(settings: ConntrackSettings): ConntrackConfig {
  const { maxPerCore, min } = settings;
  return {
    maxPerCore,
    min,
    // As kube-proxy in nftables mode: else a segment out of the window passes untranslated, and its RST ends the
    // connection (kubernetes issue 74839).
    tcpBeLiberal: true,
    tcpEstablishedTimeoutSeconds: seconds(settings.tcpEstablishedTimeoutMs),
    tcpCloseWaitTimeoutSeconds: seconds(settings.tcpCloseWaitTimeoutMs),
    udpTimeoutSeconds: seconds(settings.udpTimeoutMs),
    udpStreamTimeoutSeconds: seconds(settings.udpStreamTimeoutMs),
  };
}

/** The kernel counts whole seconds; less than one is not none. */
function seconds(durationMs: number): number {
  return Math.ceil(durationMs / 1000);
}

/** As with kube-proxy, 0.0.0.0 means every address, of both families where there are two. */
function bindAddress(
  address: ListenAddress | undefined,
  hasIpv6: boolean,
): BindAddress | undefined {
  if (address === undefined) return undefined;
  const isAny = address.address === "::" || (address.address === "0.0.0.0" && hasIpv6);
  return { host: isAny ? "" : address.address, port: address.port };
}
