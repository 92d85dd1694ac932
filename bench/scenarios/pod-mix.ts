import { buildCluster } from "../data/cluster.ts";
import { podMixQueries } from "../data/queries.ts";
import { coredns } from "../rivals/coredns.ts";
import { dnsmasqWithSrv } from "../rivals/dnsmasq.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { fairleadDgram } from "../rivals/fairlead-dgram.ts";
import { knot } from "../rivals/knot.ts";
import { throughputScenario, totalCpu } from "./throughput.ts";

export const podMix = throughputScenario({
  name: "pod-mix",
  title: "What pods ask, over UDP",
  reference: "knot",
  contestants: [knot, fairlead, fairleadDgram, dnsmasqWithSrv, coredns],
  load: { transport: "udp", clients: 8, outstanding: 200 },
  model: () => buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 }),
  queries: (model) => podMixQueries(model, 20_000),
  targets: [{ contestant: "fairlead", metric: totalCpu, reference: "knot", atMost: 1.0 }],
  notes: [
    "35 % A of a ClusterIP service, 15 % AAAA without data, 35 % NXDOMAIN of the search path, 10 % A of a headless service with 20 addresses, 5 % SRV; every second query with EDNS. The same cluster is a zone file for Knot and a hosts file for dnsmasq.",
  ],
});
