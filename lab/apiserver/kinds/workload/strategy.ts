import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../contract.ts";
import type { FieldProblem } from "../../status.ts";
import { podSpecProblems } from "../pod.ts";
import { completePodTemplate } from "../pod-spec.ts";
import { invalidValue, required } from "../problems.ts";
import type { Strategy } from "../strategy.ts";
import type { PodSpec } from "../types.ts";
import type { LabelSelector } from "./types.ts";

/** What the workloads of apps/v1 have in common. */
interface WorkloadSpec {
  readonly selector?: LabelSelector;
  readonly template?: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    readonly spec?: PodSpec;
  };
}

/** A workload whose spec is completed with the given defaults. */
export function workloadStrategy(defaults: Readonly<Record<string, unknown>>): Strategy {
  return {
    complete: (object) => ({ ...object, spec: completeSpec(object, defaults) }),
    validate,
  };
}

function completeSpec(object: KubeObject, defaults: Readonly<Record<string, unknown>>): object {
  const spec = (object.spec ?? {}) as WorkloadSpec;
  const { template } = spec;
  // Typed clients send an empty strategy where people send none.
  const given = Object.entries(spec).filter(
    ([field, value]) => !(field in defaults && isDeepStrictEqual(value, {})),
  );
  return {
    ...defaults,
    ...Object.fromEntries(given),
    ...(template === undefined ? {} : { template: completePodTemplate(template) }),
  };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const { selector, template } = object.spec as WorkloadSpec;
  if (selector === undefined) return [required("spec.selector")];
  if (template === undefined) return [required("spec.template")];
  const was = (before?.spec as WorkloadSpec | undefined)?.selector;
  return [
    ...selectorProblems(selector, template.metadata?.labels ?? {}),
    ...(was !== undefined && !isDeepStrictEqual(was, selector)
      ? [invalidValue("spec.selector", selector, "field is immutable")]
      : []),
    ...podSpecProblems(template.spec ?? {}, "spec.template.spec"),
  ];
}

function selectorProblems(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): FieldProblem[] {
  const pairs = Object.entries(matchLabels);
  if (pairs.length === 0 && matchExpressions.length === 0)
    return [invalidValue("spec.selector", {}, "empty selector is invalid for a workload")];
  if (pairs.every(([key, value]) => labels[key] === value)) return [];
  return [
    invalidValue(
      "spec.template.metadata.labels",
      labels,
      "`selector` does not match template `labels`",
    ),
  ];
}
