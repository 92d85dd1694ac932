import type { NodeFacts, Outcome } from "../contract.ts";
import type { Candidate } from "./candidates.ts";
import { nearest } from "./topology.ts";

/** What the policies of a ServicePort ask for. */
export interface Policies {
  /** internalTrafficPolicy: Local. */
  readonly internalLocal: boolean;
  /** externalTrafficPolicy: Local. */
  readonly externalLocal: boolean;
  /** It has frontends outside the ClusterIP. */
  readonly isExternal: boolean;
}

export interface Categorised {
  readonly cluster: readonly Candidate[];
  readonly local: readonly Candidate[];
  readonly internal: Outcome;
  readonly external: Outcome;
}

/**
 * Which endpoints each policy may use, and what becomes of connections where it may use none. Lists that no policy
 * asks for stay empty. Ready endpoints go before those that serve while they terminate (KEP-1669), for the cluster
 * and for the node apart from one another; hints narrow the ready ones of the cluster alone.
 */
export function categorise(
  candidates: readonly Candidate[],
  { internalLocal, externalLocal, isExternal }: Policies,
  node: Pick<NodeFacts, "name" | "zone">,
): Categorised {
  // The short circuits of externalTrafficPolicy Local lead to the endpoints of the whole cluster.
  const usesCluster = !internalLocal || isExternal;
  const usesLocal = internalLocal || (externalLocal && isExternal);
  const usable = readyElseDraining(candidates);
  const cluster = usesCluster ? (usable[0]?.ready ? nearest(usable, node) : usable) : [];
  const local = usesLocal ? readyElseDraining(candidates.filter((it) => it.local)) : [];
  const outcomeOf = (isLocal: boolean): Outcome => {
    if (usable.length === 0) return "refuse";
    if (!isLocal) return "cluster";
    return local.length > 0 ? "local" : "drop";
  };
  return {
    cluster,
    local,
    internal: outcomeOf(internalLocal),
    external: outcomeOf(externalLocal && isExternal),
  };
}

function readyElseDraining(candidates: readonly Candidate[]): readonly Candidate[] {
  const ready = candidates.filter((it) => it.ready);
  return ready.length > 0 ? ready : candidates.filter((it) => it.isDraining);
}
