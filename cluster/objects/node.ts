import type { Node, NodeAddress } from "../contract.ts";
import { canonicalAddress } from "./address.ts";
import type { Fields } from "./fields.ts";
import { decodeMetadata, entriesBelow, OWN_PREFIX } from "./metadata.ts";
import type { Pool } from "./pool.ts";

const labelPrefixes = [
  "topology.kubernetes.io/",
  "kubernetes.io/",
  "node.kubernetes.io/",
  OWN_PREFIX,
];

/** v1 Node. */
export function decodeNode(object: Fields, metadata: Fields, pool: Pool): Node {
  const { name, resourceVersion } = decodeMetadata(metadata, pool);
  const spec = object.child("spec");
  return {
    namespace: "",
    name: pool.text(name),
    resourceVersion,
    labels: entriesBelow(metadata.child("labels"), labelPrefixes, pool),
    annotations: entriesBelow(metadata.child("annotations"), [OWN_PREFIX], pool),
    addresses: object.child("status")?.children("addresses").map(decodeNodeAddress) ?? none,
    podCIDRs: spec === undefined ? none : declaredPodCIDRs(spec),
    taintKeys: spec?.children("taints").map((taint) => pool.text(taint.text("key") ?? "")) ?? none,
    isDeleting: metadata.has("deletionTimestamp"),
  };
}

const none: readonly never[] = [];

/** podCIDRs, or podCIDR in objects from before dual stack; "" stands for not yet allocated. */
function declaredPodCIDRs(spec: Fields): readonly string[] {
  const podCIDRs = spec.texts("podCIDRs");
  if (podCIDRs.length > 0) return podCIDRs;
  const podCIDR = spec.text("podCIDR") ?? "";
  return podCIDR === "" ? none : [podCIDR];
}

function decodeNodeAddress(entry: Fields): NodeAddress {
  const address = entry.text("address") ?? "";
  return { type: entry.text("type") ?? "", address: canonicalAddress(address) ?? address };
}
