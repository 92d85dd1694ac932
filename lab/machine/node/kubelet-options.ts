import { join } from "node:path";
import type { LabPlan, PlaceAddress } from "../contract.ts";
import { filesOf } from "../files.ts";

export const KUBELET_PORT = 10_250;

/** What lab/kubelet is told: its own options, as a value. */
export function kubeletOptions(plan: LabPlan, node: PlaceAddress, token: string): object {
  const files = filesOf(plan.folder);
  const zone = Number(node.name.replace(/\D/g, "")) % 2 === 1 ? "zone-a" : "zone-b";
  return {
    nodeName: node.name,
    addresses: [node.address],
    kubeconfig: files.kubeconfig,
    folder: files.node(node.name),
    machineFolder: plan.folder,
    clusterDns: [plan.clusterDns],
    clusterDomain: plan.clusterDomain,
    resolvConf: join(plan.folder, "resolv.conf"),
    port: KUBELET_PORT,
    token,
    labels: { "topology.kubernetes.io/zone": zone },
  };
}
