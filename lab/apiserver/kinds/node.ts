import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { isCidr } from "./cidr.ts";
import { invalidValue } from "./problems.ts";
import type { Strategy } from "./strategy.ts";

interface Spec {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
}

/** Nodes: podCIDR and podCIDRs[0] are the same by definition; either may be given. */
export const nodeStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as Spec;
  const podCIDRs = spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []);
  if (podCIDRs.length === 0) return { ...object, spec };
  return { ...object, spec: { ...spec, podCIDR: podCIDRs[0], podCIDRs } };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const { podCIDR, podCIDRs = [] } = object.spec as Spec;
  const problems = podCIDRs
    .map((cidr, index) => ({ cidr, field: `spec.podCIDRs[${index}]` }))
    .filter(({ cidr }) => !isCidr(cidr))
    .map(({ cidr, field }) => invalidValue(field, cidr, "must be a valid CIDR"));
  const was = (before?.spec as Spec | undefined)?.podCIDR;
  if (was && was !== podCIDR)
    problems.push(invalidValue("spec.podCIDR", podCIDR, "field is immutable"));
  return problems;
}
