import { buildCluster } from "../data/cluster.ts";
import { podMixQueries } from "../data/queries.ts";
import { coredns } from "../rivals/coredns.ts";
import { kubeadmCorefile } from "../rivals/corefile.ts";
import { fairlead, fairleadVariant } from "../rivals/fairlead.ts";
import { throughputScenario, totalCpu } from "./throughput.ts";

const whole = fairleadVariant({ name: "fairlead-kubeadm", corefile: kubeadmCorefile });

export const kubeadm = throughputScenario({
  name: "kubeadm",
  title: "What pods ask of their cluster, with kubeadm's whole Corefile",
  reference: "fairlead",
  contestants: [fairlead, whole, coredns],
  load: { transport: "udp", clients: 8, outstanding: 200 },
  model: () => buildCluster({ clusterIPs: 1000, headless: 50, endpointsPerHeadless: 20 }),
  queries: (model) => podMixQueries(model, 20_000),
  targets: [{ contestant: whole.name, metric: totalCpu, reference: "fairlead", atMost: 1.1 }],
  notes: [
    "fairlead-kubeadm has health, fallthrough, forward, cache, loop and reload besides what the others have.",
  ],
});
