/** Loading of configurations for the tests of this folder. */
import type { LoadedConfig, ProxyConfig } from "./contract.ts";
import { loadProxyConfig } from "./load.ts";

export const head = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";
export type Flags = Readonly<Record<string, string>>;

/** Loads a file that has the text behind its head, beside the flags. */
export function load(text: string | undefined, flags: Flags = {}): LoadedConfig {
  const file: Flags = text === undefined ? {} : { config: "proxy.yaml" };
  const given = new Map(Object.entries({ ...file, ...flags }));
  return loadProxyConfig(given, () => head + (text ?? ""));
}

/** What kube-proxy has where nothing is said. */
export const defaults: ProxyConfig = {
  kubeconfig: undefined,
  master: undefined,
  hostnameOverride: undefined,
  bindAddress: "0.0.0.0",
  healthz: { address: "0.0.0.0", port: 10_256 },
  metrics: { address: "127.0.0.1", port: 10_249 },
  bindAddressHardFail: false,
  enableProfiling: false,
  masqueradeAll: false,
  detectLocal: { mode: "none" },
  nodePorts: { primary: true, cidrs: [] },
  syncPeriodMs: 30_000,
  minSyncPeriodMs: undefined,
  oomScoreAdj: -999,
  conntrack: {
    maxPerCore: 32_768,
    min: 131_072,
    tcpEstablishedTimeoutMs: 86_400_000,
    tcpCloseWaitTimeoutMs: 3_600_000,
    udpTimeoutMs: 0,
    udpStreamTimeoutMs: 0,
    tcpBeLiberal: true,
  },
  verbosity: 0,
};
