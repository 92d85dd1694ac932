import type { NodeFacts } from "../contract.ts";
import type { Candidate } from "./candidates.ts";

/**
 * The ready endpoints that their hints give to this node: by node, else by zone, else all. A kind of hint counts only
 * when every one of them has it and at least one names us (Kubernetes, Topology Aware Routing, "Safeguards").
 */
export function nearest(
  ready: readonly Candidate[],
  { name, zone }: Pick<NodeFacts, "name" | "zone">,
): readonly Candidate[] {
  const forNode = hinted(ready, "forNodes", name);
  if (forNode.length > 0 || zone === undefined) return forNode.length > 0 ? forNode : ready;
  const forZone = hinted(ready, "forZones", zone);
  return forZone.length > 0 ? forZone : ready;
}

function hinted(
  ready: readonly Candidate[],
  kind: "forNodes" | "forZones",
  place: string,
): readonly Candidate[] {
  const areAllHinted = ready.every(({ hints }) => hints !== undefined && hints[kind].length > 0);
  return areAllHinted ? ready.filter(({ hints }) => hints?.[kind].includes(place)) : [];
}
