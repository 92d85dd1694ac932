import { describe, expect, it } from "vitest";
import { loadProxyConfig } from "./load.ts";
import { head, load } from "./test-configs.ts";

describe("a file that cannot be used", () => {
  it.each([
    [
      "bindAdress: 0.0.0.0",
      "proxy.yaml:3: there is no field bindAdress; there are featureGates, clientConnection, logging, hostnameOverride,",
    ],
    [
      "mode: nftables\nconntrack:\n  maxPerCpu: 1",
      "proxy.yaml:5: there is no field conntrack.maxPerCpu; there are in conntrack maxPerCore, min,",
    ],
    [
      "conntrack:\n  min: many",
      'proxy.yaml:4: conntrack.min: "many" is not an integer from 0 to 2147483647',
    ],
    ["conntrack: 5", "proxy.yaml:3: conntrack is a section with fields"],
    ["oomScoreAdj: 1001", "proxy.yaml:3: oomScoreAdj: 1001 is not an integer from -1000 to 1000"],
    [
      "iptables: {masqueradeBit: 32}",
      "proxy.yaml:3: iptables.masqueradeBit: 32 is not an integer from 0 to 31",
    ],
    [
      "iptables: {syncPeriod: 30}",
      "proxy.yaml:3: iptables.syncPeriod: 30 is not a duration such as 30s, 1h0m0s or 250ms",
    ],
    ["iptables: {syncPeriod: -1s}", 'proxy.yaml:3: iptables.syncPeriod: "-1s" is not a duration'],
    [
      "iptables: {syncPeriod: 1s, minSyncPeriod: 2s}",
      "proxy.yaml:3: iptables.minSyncPeriod: must not be longer than syncPeriod (1s)",
    ],
    [
      "mode: userspace",
      'proxy.yaml:3: mode: "userspace" is not one of iptables, ipvs, nftables, kernelspace',
    ],
    ["mode: kernelspace", 'proxy.yaml:3: mode: "kernelspace" is for Windows'],
    ["bindAddress: localhost", 'proxy.yaml:3: bindAddress: "localhost" is no IP address'],
    [
      "healthzBindAddress: 0.0.0.0:70000",
      'proxy.yaml:3: healthzBindAddress: "0.0.0.0:70000" is no IP:PORT such as 0.0.0.0:10256',
    ],
    ["clusterCIDR: 10.0.0.0", 'proxy.yaml:3: clusterCIDR: "10.0.0.0" is no CIDR'],
    [
      "clusterCIDR: '10.0.0.0/8,192.0.2.0/24'",
      'proxy.yaml:3: clusterCIDR: "10.0.0.0/8,192.0.2.0/24" is neither one CIDR nor one of each family',
    ],
    [
      "nodePortAddresses: [localhost]",
      "proxy.yaml:3: nodePortAddresses: NodePorts on loopback addresses",
    ],
    [
      "nodePortAddresses: primary",
      'proxy.yaml:3: nodePortAddresses: "primary" is not a list of strings',
    ],
    [
      "detectLocalMode: BridgeInterface",
      "detectLocal.bridgeInterface: is needed with detectLocalMode BridgeInterface",
    ],
    [
      "detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: a-name-too-long-for-it}",
      'proxy.yaml:4: detectLocal.bridgeInterface: "a-name-too-long-for-it" is no interface name',
    ],
    ["hostnameOverride: '  '", "proxy.yaml:3: hostnameOverride: must not be blank"],
    ["mode: ipvs\nmode: nftables", "proxy.yaml:4: Map keys must be unique"],
    ["mode: [", "proxy.yaml:3:"],
  ])("%s", (text, message) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ code: "FL-P001", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["", "proxy.yaml: holds no KubeProxyConfiguration"],
    [
      "kind: KubeProxyConfiguration\napiVersion: kubeproxy.config.k8s.io/v1beta1",
      'proxy.yaml:2: apiVersion: "kubeproxy.config.k8s.io/v1beta1" is not kubeproxy.config.k8s.io/v1alpha1',
    ],
    [`${head}---\n${head}`, "proxy.yaml:4: a second KubeProxyConfiguration"],
  ])("%j", (whole, message) => {
    expect(() => loadProxyConfig(new Map([["config", "proxy.yaml"]]), () => whole)).toThrow(
      expect.objectContaining({ code: "FL-P001", message: expect.stringContaining(message) }),
    );
  });

  it("or that is not there", () => {
    const missing = () => {
      throw new Error("ENOENT: no such file or directory, open 'proxy.yaml'");
    };
    expect(() => loadProxyConfig(new Map([["config", "proxy.yaml"]]), missing)).toThrow(
      "--config: ENOENT: no such file or directory, open 'proxy.yaml'",
    );
  });
});
