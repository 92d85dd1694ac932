import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import { coredns } from "../rivals/coredns.ts";
import { dnsmasq } from "../rivals/dnsmasq.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { fairleadDgram } from "../rivals/fairlead-dgram.ts";
import { knot } from "../rivals/knot.ts";
import { throughputScenario, totalCpu, userCpu } from "./throughput.ts";

export const aUdp = throughputScenario({
  name: "a-udp",
  title: "A of 1,000 ClusterIP services over UDP",
  reference: "knot",
  contestants: [knot, fairlead, fairleadDgram, dnsmasq, coredns],
  load: { transport: "udp", clients: 8, outstanding: 200 },
  model: () => buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 }),
  queries: (model) => serviceQueries(model, 10_000),
  targets: [
    { contestant: "fairlead", metric: userCpu, reference: "knot", atMost: 0.5 },
    {
      contestant: "fairlead",
      metric: totalCpu,
      reference: "knot",
      atMost: 1.0,
      upperBoundAtMost: 1.05,
    },
    { contestant: "fairlead-dgram", metric: totalCpu, reference: "fairlead", atLeast: 1.7 },
  ],
  notes: [],
});
