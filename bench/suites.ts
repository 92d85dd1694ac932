import { versionOf } from "./child.ts";
import { referencePlugins } from "./cni/contestants.ts";
import { cniScenarios } from "./cni/scenarios/all.ts";
import type { Suite } from "./contract.ts";
import { nodeScenarios } from "./node/scenarios/all.ts";
import { kubeProxy } from "./proxy/contestants.ts";
import { proxyScenarios } from "./proxy/scenarios/all.ts";
import { coredns } from "./rivals/coredns.ts";
import { dnsmasq } from "./rivals/dnsmasq.ts";
import { fairlead } from "./rivals/fairlead.ts";
import { knot } from "./rivals/knot.ts";
import { scenarios } from "./scenarios/all.ts";

export const dnsSuite: Suite = {
  name: "dns",
  title: "DNS server",
  lead: [
    "Server on CPU 0, load on CPU 1, over loopback. Each round measures every server once, forward and backward in turn; ratios are taken within a round.",
  ],
  scenarios,
  programs: [
    knot,
    dnsmasq,
    coredns,
    fairlead,
    { name: "dnsperf", version: () => versionOf("dnsperf", ["-h"], /Version (\S+)/) },
  ],
};

export const proxySuite: Suite = {
  name: "proxy",
  title: "Service proxy",
  lead: [
    "In network namespaces, on both CPUs. Of 100 Services 20 are load balancers with a NodePort, half of these with externalTrafficPolicy Local; 5 have ClientIP affinity, 2 source ranges, 3 internalTrafficPolicy Local, 1 no endpoints, 5 are UDP; the others have 5 endpoints as well.",
  ],
  scenarios: proxyScenarios,
  programs: [kubeProxy, { name: "nft", version: () => versionOf("nft", ["--version"], /v(\S+)/) }],
};

export const cniSuite: Suite = {
  name: "cni",
  title: "CNI",
  lead: [
    "In network namespaces, on both CPUs. Each round measures every contestant once, forward and backward in turn; ratios are taken within a round.",
  ],
  scenarios: cniScenarios,
  programs: [referencePlugins],
};

export const nodeSuite: Suite = {
  name: "node",
  title: "One process a node",
  lead: ["In network namespaces, on both CPUs."],
  scenarios: nodeScenarios,
  programs: [coredns],
};

/** In the order of the report. */
export const suites: readonly Suite[] = [dnsSuite, proxySuite, cniSuite, nodeSuite];
