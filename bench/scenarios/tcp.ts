import { buildCluster } from "../data/cluster.ts";
import { serviceQueries } from "../data/queries.ts";
import { coredns } from "../rivals/coredns.ts";
import { fairlead } from "../rivals/fairlead.ts";
import { knot } from "../rivals/knot.ts";
import { throughputScenario, totalCpu } from "./throughput.ts";

export const tcp = throughputScenario({
  name: "tcp",
  title: "A of 1,000 ClusterIP services over 20 kept TCP connections",
  reference: "knot",
  contestants: [knot, fairlead, coredns],
  load: { transport: "tcp", clients: 20, outstanding: 200 },
  model: () => buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 }),
  queries: (model) => serviceQueries(model, 10_000),
  targets: [{ contestant: "fairlead", metric: totalCpu, reference: "knot", atMost: 1.5 }],
  notes: [
    "dnsmasq is left out: it forks a process per connection, whose time its own does not show.",
  ],
});
