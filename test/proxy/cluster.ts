/** What every row finds in the API: the two nodes. */
import type { Manifest } from "./contract.ts";
import { NODE, spec } from "./world.ts";

const zones: Readonly<Record<string, string>> = { [NODE]: "zone-a", n2: "zone-b" };

const nodes = spec.nodes.map(
  ({ name, addresses, podCidrs }): Manifest => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": zones[name] ?? "",
      },
    },
    spec: { podCIDR: podCidrs[0], podCIDRs: podCidrs },
    status: {
      addresses: [
        // A node's kubelet reports one address of each family.
        ...addresses.slice(0, 2).map((address) => ({ type: "InternalIP", address })),
        { type: "Hostname", address: name },
      ],
      conditions: [{ type: "Ready", status: "True" }],
    },
  }),
);

export const clusterObjects: readonly Manifest[] = nodes;

export const node = (name: string): Manifest => {
  const found = nodes.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no node ${name}`);
  return found;
};

/** The node with a taint, as an autoscaler sets it. */
export function taint(object: Manifest, key: string): Manifest {
  const spec = { ...(object.spec as object), taints: [{ key, effect: "NoSchedule" }] };
  return { ...object, spec };
}
