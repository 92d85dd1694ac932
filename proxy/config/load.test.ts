import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { kubeadmConfig } from "../testing/kubeadm.ts";
import type { ProxyConfig } from "./contract.ts";
import { configText, loadProxyConfig } from "./load.ts";
import { defaults, head, load } from "./test-configs.ts";

const loadKubeadm = () => loadProxyConfig(new Map([["config", "proxy.yaml"]]), () => kubeadm);

const kubeadm = kubeadmConfig({
  kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf",
  metricsBindAddress: '""',
  mode: '""',
});

describe("without a word", () => {
  it.each([
    ["neither file nor flags", undefined],
    ["an empty file", ""],
  ])("%s: kube-proxy's defaults", (_case, text) => {
    expect(load(text)).toMatchObject({ config: defaults, notes: [], action: { kind: "run" } });
  });

  it("kubeadm's file is taken as it is", () => {
    const { config, notes } = loadKubeadm();
    expect(notes).toEqual([]);
    expect(config).toEqual({
      ...defaults,
      kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf",
      detectLocal: { mode: "ClusterCIDR", cidrs: ["10.244.0.0/16"] },
    });
  });
});

describe("a field of the file", () => {
  it.each<[string, Partial<ProxyConfig>]>([
    [
      "bindAddress: '::'",
      {
        bindAddress: "::",
        healthz: { address: "::", port: 10_256 },
        metrics: { address: "::1", port: 10_249 },
      },
    ],
    ["healthzBindAddress: 192.0.2.1", { healthz: { address: "192.0.2.1", port: 10_256 } }],
    ["healthzBindAddress: '[::]:1'", { healthz: { address: "::", port: 1 } }],
    ["metricsBindAddress: 0.0.0.0:9", { metrics: { address: "0.0.0.0", port: 9 } }],
    ["hostnameOverride: ' Node-1'", { hostnameOverride: "node-1" }],
    ["bindAddressHardFail: true", { bindAddressHardFail: true }],
    ["enableProfiling: true", { enableProfiling: true }],
    ["oomScoreAdj: 0", { oomScoreAdj: 0 }],
    ["logging: {verbosity: 4}", { verbosity: 4 }],
    ["iptables: {masqueradeAll: true}", { masqueradeAll: true }],
    ["nftables: {masqueradeAll: true}", { masqueradeAll: true }],
    ["mode: nftables\nnftables: {masqueradeAll: true}", { masqueradeAll: true }],
    ["mode: nftables\niptables: {masqueradeAll: true}", { masqueradeAll: false }],
    [
      "iptables: {syncPeriod: 1m, minSyncPeriod: 2s}",
      { syncPeriodMs: 60_000, minSyncPeriodMs: 2_000 },
    ],
    ["nftables: {syncPeriod: 1h2m3s}", { syncPeriodMs: 3_723_000 }],
    ["mode: nftables\nnftables: {minSyncPeriod: 100ms}", { minSyncPeriodMs: 100 }],
    [
      "clusterCIDR: '10.244.0.0/16,fd00::1/56'",
      { detectLocal: { mode: "ClusterCIDR", cidrs: ["10.244.0.0/16", "fd00::/56"] } },
    ],
    [
      "detectLocalMode: NodeCIDR\nclusterCIDR: 10.244.0.0/16",
      { detectLocal: { mode: "NodeCIDR" } },
    ],
    ["detectLocalMode: ClusterCIDR", { detectLocal: { mode: "none" } }],
    [
      "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cni0}",
      { detectLocal: { mode: "BridgeInterface", interface: "cni0" } },
    ],
    [
      "detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: veth}",
      { detectLocal: { mode: "InterfaceNamePrefix", prefix: "veth" } },
    ],
  ])("%s", (text, expected) => {
    expect(load(text).config).toEqual({ ...defaults, ...expected });
  });

  it("settings of connection tracking, where 0 is a value", () => {
    const text = `conntrack:
  maxPerCore: 0
  min: 1
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 30m
  tcpBeLiberal: true
  udpTimeout: 10s
  udpStreamTimeout: 1m30s`;
    expect(load(text).config.conntrack).toEqual({
      maxPerCore: 0,
      min: 1,
      tcpEstablishedTimeoutMs: 0,
      tcpCloseWaitTimeoutMs: 1_800_000,
      tcpBeLiberal: true,
      udpTimeoutMs: 10_000,
      udpStreamTimeoutMs: 90_000,
    });
  });

  it.each([
    ["[]", true, []],
    ["[primary]", true, []],
    ["[192.0.2.1/24, primary]", true, ["192.0.2.0/24"]],
    ["[all]", false, ["0.0.0.0/0", "::/0"]],
  ])("nodePortAddresses: %s", (list, primary, cidrs) => {
    const { nodePorts } = load(`nodePortAddresses: ${list}`).config;
    expect([nodePorts.primary, nodePorts.cidrs.map(({ text }) => text)]).toEqual([primary, cidrs]);
  });
});

describe("what has no effect is named once", () => {
  it.each([
    [
      "mode: iptables",
      [
        "proxy.yaml:3: mode: iptables is taken for Fairlead's own nftables datapath; NodePorts answer on the node's primary addresses, on all with nodePortAddresses [all]",
      ],
    ],
    [
      "mode: ipvs\nnodePortAddresses: [all]",
      ["proxy.yaml:3: mode: ipvs is taken for Fairlead's own nftables datapath"],
    ],
    ["mode: nftables", []],
    ["iptables: {masqueradeBit: 14, localhostNodePorts: true}", []],
    [
      "iptables: {masqueradeBit: 10}",
      ["proxy.yaml:3: iptables.masqueradeBit has no effect: packets are not marked"],
    ],
    [
      "ipvs:\n  scheduler: rr\n  strictARP: true",
      [
        "proxy.yaml:4: ipvs.scheduler has no effect: there is no IPVS here",
        "proxy.yaml:5: ipvs.strictARP has no effect: there is no IPVS here",
      ],
    ],
    [
      "featureGates: {ServiceTrafficDistribution: true}",
      ["proxy.yaml:3: featureGates has no effect: kube-proxy's gates change nothing here"],
    ],
    [
      "udpIdleTimeout: 250ms",
      ["proxy.yaml:3: udpIdleTimeout has no effect: kube-proxy itself has given it up"],
    ],
    ["clientConnection: {contentType: application/vnd.kubernetes.protobuf, qps: 5, burst: 10}", []],
    [
      "clientConnection: {qps: 50.5}",
      [
        "proxy.yaml:3: clientConnection.qps has no effect: an API server is asked for lists and watches alone, as often as they end",
      ],
    ],
  ])("%s", (text, notes) => {
    expect(load(text).notes).toEqual(notes);
  });
});

it("the configuration may stand among kubeadm's other documents", () => {
  const file = `kind: ClusterConfiguration\nnetworking: {}\n---\n${head}mode: nftables\noomScoreAdj: 1\n`;
  const { config } = loadProxyConfig(new Map([["config", "all.yaml"]]), () => file);
  expect(config.oomScoreAdj).toBe(1);
});

it("what is written out reads back as the same", () => {
  const { document, config } = loadKubeadm();
  const text = configText({ document });
  expect(parse(text)).toMatchObject({
    iptables: { syncPeriod: "30s" },
    conntrack: { min: 131_072 },
  });
  const again = loadProxyConfig(new Map([["config", "x"]]), () => text);
  expect(again.config).toEqual(config);
  expect(again.notes).toEqual([]);
});
