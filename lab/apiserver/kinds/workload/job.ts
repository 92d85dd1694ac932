import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectMeta } from "../../contract.ts";
import type { FieldProblem } from "../../status.ts";
import { podSpecProblems } from "../pod.ts";
import { completePodTemplate } from "../pod-spec.ts";
import { invalidValue, oneOf, required } from "../problems.ts";
import type { Strategy } from "../strategy.ts";
import type { PodSpec } from "../types.ts";
import type { LabelSelector, PodTemplate } from "./types.ts";

export interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly backoffLimit: number;
  readonly completionMode: string;
  readonly suspend: boolean;
  readonly manualSelector?: boolean;
  readonly selector: LabelSelector;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly template: PodTemplate;
}

/** Jobs: defaults, and the selector and labels by which their Pods are known. Indexed ones are not run here. */
export const jobStrategy: Strategy = { begin: withSelector, complete, validate };

function withSelector(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as Partial<JobSpec>;
  if (spec.manualSelector === true) return object;
  const { uid = "", name } = object.metadata;
  const key = "batch.kubernetes.io/controller-uid";
  const labels = {
    [key]: uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  const { metadata = {}, ...template } = spec.template ?? { spec: {} };
  const labelled: Partial<ObjectMeta> = { ...metadata, labels: { ...metadata.labels, ...labels } };
  const selector = { matchLabels: { [key]: uid } };
  return { ...object, spec: { ...spec, selector, template: { ...template, metadata: labelled } } };
}

function complete(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as Partial<JobSpec>;
  const { template, completions, parallelism } = spec;
  const once = completions === undefined && parallelism === undefined ? { completions: 1 } : {};
  return {
    ...object,
    spec: {
      backoffLimit: 6,
      completionMode: "NonIndexed",
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: "TerminatingOrFailed",
      suspend: false,
      ...once,
      ...spec,
      ...(template === undefined ? {} : { template: completePodTemplate(template) }),
    },
  };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const { template, selector, completionMode } = object.spec as JobSpec;
  const was = before?.spec as JobSpec | undefined;
  if (selector === undefined) return [required("spec.selector")];
  const changed = was !== undefined && !isDeepStrictEqual(was.template, template);
  return [
    ...oneOf("spec.completionMode", completionMode, ["NonIndexed"]),
    ...restartProblems(template.spec),
    ...podSpecProblems(template.spec, "spec.template.spec"),
    ...(changed ? [invalidValue("spec.template", {}, "field is immutable")] : []),
  ];
}

function restartProblems({ restartPolicy }: PodSpec): FieldProblem[] {
  const allowed = ["OnFailure", "Never"];
  if (allowed.includes(restartPolicy ?? "")) return [];
  return [required("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')];
}
