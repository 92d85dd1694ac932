import { describe, expect, it } from "vitest";
import type { ProxyConfig } from "./contract.ts";
import { proxyFlags } from "./flags.ts";
import { defaults, type Flags, load } from "./test-configs.ts";

describe("flags", () => {
  it("are named once each, those first that stand for no field", () => {
    const names = proxyFlags.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.slice(0, 4)).toEqual(["config", "cleanup", "init-only", "write-config-to"]);
  });

  it.each<[Flags, Partial<ProxyConfig>]>([
    [{ kubeconfig: "/k" }, { kubeconfig: "/k" }],
    [{ master: "http://a" }, { master: "http://a" }],
    [{ "hostname-override": "N1" }, { hostnameOverride: "n1" }],
    [{ "masquerade-all": "true" }, { masqueradeAll: true }],
    [{ "masquerade-all": "true", "proxy-mode": "nftables" }, { masqueradeAll: true }],
    [
      { "cluster-cidr": "10.244.0.0/16" },
      { detectLocal: { mode: "ClusterCIDR", cidrs: ["10.244.0.0/16"] } },
    ],
    [
      { "detect-local-mode": "BridgeInterface", "pod-bridge-interface": "br0" },
      { detectLocal: { mode: "BridgeInterface", interface: "br0" } },
    ],
    [{ "healthz-bind-address": "" }, { healthz: undefined }],
    [{ "metrics-bind-address": "" }, { metrics: undefined }],
    [{ "metrics-bind-address": "[::]:1" }, { metrics: { address: "::", port: 1 } }],
    [{ "oom-score-adj": "-5" }, { oomScoreAdj: -5 }],
    [
      { "iptables-sync-period": "1m", "iptables-min-sync-period": "0" },
      { syncPeriodMs: 60_000, minSyncPeriodMs: 0 },
    ],
    [{ v: "4" }, { verbosity: 4 }],
    [
      {
        "conntrack-max-per-core": "0",
        "conntrack-tcp-be-liberal": "true",
        "conntrack-udp-timeout": "10s",
      },
      {
        conntrack: {
          ...defaults.conntrack,
          maxPerCore: 0,
          tcpBeLiberal: true,
          udpTimeoutMs: 10_000,
        },
      },
    ],
  ])("%j", (flags, expected) => {
    const { config, notes } = load(undefined, flags);
    expect(config).toEqual({ ...defaults, ...expected });
    expect(notes).toEqual([]);
  });

  it("beside a file most are ignored, and named", () => {
    const flags = {
      "hostname-override": "n9",
      v: "2",
      "cluster-cidr": "10.0.0.0/8",
      "proxy-mode": "x",
    };
    const { config, notes } = load("oomScoreAdj: 7", flags);
    expect(config).toEqual({ ...defaults, oomScoreAdj: 7, hostnameOverride: "n9", verbosity: 2 });
    expect(notes).toEqual([
      "--proxy-mode, --cluster-cidr ignored: with --config the file decides, as with kube-proxy",
    ]);
  });

  it.each<[Flags, string]>([
    [
      { "proxy-mode": "fast" },
      '--proxy-mode: "fast" is not one of iptables, ipvs, nftables, kernelspace',
    ],
    [{ "oom-score-adj": "1.5" }, '--oom-score-adj: "1.5" is not an integer from -1000 to 1000'],
    [{ "masquerade-all": "yes" }, '--masquerade-all: "yes" is not true or false'],
    [{ "cluster-cidr": "10.0.0.0" }, '--cluster-cidr: "10.0.0.0" is no CIDR'],
    [{ "nodeport-addresses": "10.0.0.0/8,x" }, '--nodeport-addresses: "x" is no CIDR'],
    [
      { "feature-gates": "A=maybe" },
      '--feature-gates: "A=maybe" is not a map of names to true or false',
    ],
  ])("%j cannot be used", (flags, message) => {
    expect(() => load(undefined, flags)).toThrow(
      expect.objectContaining({ code: "FL-P001", message: expect.stringContaining(message) }),
    );
  });

  it("without effect are named", () => {
    const flags = { "ipvs-scheduler": "rr", "feature-gates": "A=true", "kube-api-qps": "5" };
    expect(load(undefined, flags).notes).toEqual([
      "--ipvs-scheduler has no effect: there is no IPVS here",
      "--feature-gates has no effect: kube-proxy's gates change nothing here",
    ]);
  });

  it.each<[Flags, object]>([
    [{ cleanup: "true" }, { kind: "cleanup" }],
    [{ cleanup: "false" }, { kind: "run" }],
    [{ "init-only": "true" }, { kind: "init-only" }],
    [{ "write-config-to": "/tmp/x" }, { kind: "write-config", file: "/tmp/x" }],
  ])("%j asks for %j", (flags, action) => {
    expect(load(undefined, flags).action).toEqual(action);
  });
});
