import { isIP } from "node:net";
import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { completePodSpec } from "./pod-spec.ts";
import { portNameProblems, portNumberProblems, protocolProblems } from "./ports.ts";
import { forbiddenField, invalidValue, required } from "./problems.ts";
import type { Strategy } from "./strategy.ts";
import type { Container, PodSpec, PodStatus } from "./types.ts";

/**
 * Pods: defaults and rules. There is no kubelet behind this server yet, so a status that a new Pod brings along is
 * kept, where kube-apiserver would drop it.
 */
export const podStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as PodSpec;
  return {
    ...object,
    spec: completePodSpec({ serviceAccountName: "default", enableServiceLinks: true, ...spec }),
    status: completeStatus((object.status ?? {}) as PodStatus),
  };
}

/** podIP and podIPs[0] are the same by definition; either may be given. */
function completeStatus(status: PodStatus): PodStatus {
  const podIPs = status.podIPs ?? (status.podIP ? [{ ip: status.podIP }] : []);
  if (podIPs.length === 0) return { phase: "Pending", ...status };
  return { phase: "Pending", ...status, podIP: podIPs[0].ip, podIPs };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const spec = object.spec as PodSpec;
  const status = object.status as PodStatus;
  return [
    ...podSpecProblems(spec, "spec"),
    ...(status.podIPs ?? []).flatMap(({ ip }, index) =>
      isIP(ip) === 0
        ? [invalidValue(`status.podIPs[${index}]`, ip, "must be a valid IP address")]
        : [],
    ),
    ...nodeNameProblems(spec, before?.spec as PodSpec | undefined),
  ];
}

/** Problems of a pod's spec, of its own or in a template. */
export function podSpecProblems({ containers = [] }: PodSpec, field: string): FieldProblem[] {
  if (containers.length === 0) return [required(`${field}.containers`)];
  return containers.flatMap((container, index) =>
    containerProblems(container, `${field}.containers[${index}]`),
  );
}

function containerProblems({ name = "", ports = [] }: Container, field: string): FieldProblem[] {
  return [
    ...(name === "" ? [required(`${field}.name`)] : []),
    ...ports.flatMap((port, index) => {
      const at = `${field}.ports[${index}]`;
      return [
        ...portNumberProblems(`${at}.containerPort`, port.containerPort),
        ...protocolProblems(`${at}.protocol`, port.protocol),
        ...portNameProblems(`${at}.name`, port.name),
      ];
    }),
  ];
}

function nodeNameProblems(spec: PodSpec, before: PodSpec | undefined): FieldProblem[] {
  if (!before?.nodeName || before.nodeName === spec.nodeName) return [];
  return [forbiddenField("spec.nodeName", "a pod stays on the node it was bound to")];
}
