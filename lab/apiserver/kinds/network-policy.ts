import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { isCidr } from "./cidr.ts";
import { invalidValue, oneOf, required } from "./problems.ts";
import type { Strategy } from "./strategy.ts";

interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Peer {
  readonly podSelector?: object;
  readonly namespaceSelector?: object;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly ports?: readonly Port[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

interface Spec {
  readonly podSelector?: object;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** NetworkPolicies (networking.k8s.io/v1): which directions they are about, and peers that make sense. */
export const networkPolicyStrategy: Strategy = { complete, validate };

function complete(object: KubeObject): KubeObject {
  const spec = (object.spec ?? {}) as Spec;
  const { ingress, egress } = spec;
  return {
    ...object,
    spec: {
      // What selects no pods by name selects them all.
      podSelector: {},
      policyTypes: ["Ingress", ...(egress === undefined ? [] : ["Egress"])],
      ...spec,
      ...(ingress === undefined ? {} : { ingress: ingress.map(completeRule) }),
      ...(egress === undefined ? {} : { egress: egress.map(completeRule) }),
    },
  };
}

function completeRule(rule: Rule): Rule {
  if (rule.ports === undefined) return rule;
  return { ...rule, ports: rule.ports.map((port) => ({ protocol: "TCP", ...port })) };
}

function validate(object: KubeObject): FieldProblem[] {
  const { policyTypes = [], ingress = [], egress = [] } = object.spec as Spec;
  return [
    ...policyTypes.flatMap((type, index) =>
      oneOf(`spec.policyTypes[${index}]`, type, ["Egress", "Ingress"]),
    ),
    ...ingress.flatMap((rule, index) => ruleProblems(rule, `spec.ingress[${index}]`)),
    ...egress.flatMap((rule, index) => ruleProblems(rule, `spec.egress[${index}]`)),
  ];
}

function ruleProblems({ ports = [], from, to }: Rule, field: string): FieldProblem[] {
  const side = from === undefined ? "to" : "from";
  return [
    ...ports.flatMap((port, index) => portProblems(port, `${field}.ports[${index}]`)),
    ...(from ?? to ?? []).flatMap((peer, index) =>
      peerProblems(peer, `${field}.${side}[${index}]`),
    ),
  ];
}

function portProblems({ protocol, port, endPort }: Port, field: string): FieldProblem[] {
  const problems = oneOf(`${field}.protocol`, protocol, ["SCTP", "TCP", "UDP"]);
  if (endPort === undefined) return problems;
  if (typeof port !== "number")
    return [...problems, invalidValue(`${field}.endPort`, endPort, "needs a numeric port")];
  if (endPort < port)
    return [...problems, invalidValue(`${field}.endPort`, endPort, "must not be less than port")];
  return problems;
}

function peerProblems(peer: Peer, field: string): FieldProblem[] {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock === undefined)
    return podSelector === undefined && namespaceSelector === undefined
      ? [required(field, "must specify a peer")]
      : [];
  const cidrs = [
    [`${field}.ipBlock.cidr`, ipBlock.cidr ?? ""],
    ...(ipBlock.except ?? []).map((cidr, index) => [`${field}.ipBlock.except[${index}]`, cidr]),
  ];
  return cidrs
    .filter(([, cidr]) => !isCidr(cidr))
    .map(([at, cidr]) => invalidValue(at, cidr, "must be a valid CIDR"));
}
