import { isIP } from "node:net";
import type { KubeObject } from "../../contract.ts";
import { nameProblem } from "../../rest/metadata.ts";
import { isLabelKey, isLabelValue } from "../../selectors/labels.ts";
import type { FieldProblem } from "../../status.ts";
import { portNumberProblems, protocolProblems, targetPortProblems } from "../ports.ts";
import { duplicate, forbiddenField, invalidValue, oneOf, required } from "../problems.ts";
import type { ServicePort, ServiceSpec } from "../types.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/** The rules of core/v1 Service on completed objects. */
export function serviceProblems(object: KubeObject): FieldProblem[] {
  const spec = object.spec as ServiceSpec;
  return [
    ...oneOf("spec.type", spec.type, types),
    ...oneOf("spec.sessionAffinity", spec.sessionAffinity, ["ClientIP", "None"]),
    ...oneOf("spec.internalTrafficPolicy", spec.internalTrafficPolicy, ["Cluster", "Local"]),
    ...oneOf("spec.externalTrafficPolicy", spec.externalTrafficPolicy, ["Cluster", "Local"]),
    ...selectorProblems(spec),
    ...portsProblems(spec),
    ...externalNameProblems(spec),
    ...addressProblems(spec),
  ];
}

/** Whether the Service has no virtual address by wish. */
export function isHeadless({ clusterIP, clusterIPs }: ServiceSpec): boolean {
  return (clusterIP || clusterIPs?.[0]) === "None";
}

function selectorProblems({ selector }: ServiceSpec): FieldProblem[] {
  return Object.entries(selector ?? {})
    .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))
    .map(([key, value]) =>
      invalidValue("spec.selector", `${key}: ${value}`, "no valid label key and value"),
    );
}

function portsProblems(spec: ServiceSpec): FieldProblem[] {
  const ports = spec.ports ?? [];
  if (ports.length === 0) {
    return isHeadless(spec) || spec.type === "ExternalName" ? [] : [required("spec.ports")];
  }
  return [
    ...ports.flatMap((port, index) =>
      portProblems(port, `spec.ports[${index}]`, ports.length > 1, spec.type),
    ),
    ...duplicates(ports),
  ];
}

function portProblems(
  port: ServicePort,
  field: string,
  needsName: boolean,
  type = "",
): FieldProblem[] {
  const problems = [
    ...portNumberProblems(`${field}.port`, port.port),
    ...protocolProblems(`${field}.protocol`, port.protocol),
    ...targetPortProblems(`${field}.targetPort`, port.targetPort),
  ];
  const name = port.name ?? "";
  if (name === "" && needsName) problems.push(required(`${field}.name`));
  const wrong = name === "" ? undefined : nameProblem(name, "label");
  if (wrong !== undefined) problems.push(invalidValue(`${field}.name`, name, wrong));
  if ((port.nodePort ?? 0) !== 0 && type !== "NodePort" && type !== "LoadBalancer") {
    problems.push(
      forbiddenField(`${field}.nodePort`, `may not be used when \`type\` is '${type}'`),
    );
  }
  return problems;
}

function duplicates(ports: readonly ServicePort[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const seen = new Set<string>();
  for (const [index, { name, protocol, port }] of ports.entries()) {
    const number = `${protocol}/${port}`;
    if (name && seen.has(name)) problems.push(duplicate(`spec.ports[${index}].name`, name));
    if (seen.has(number)) problems.push(duplicate(`spec.ports[${index}]`, { port, protocol }));
    if (name) seen.add(name);
    seen.add(number);
  }
  return problems;
}

function externalNameProblems(spec: ServiceSpec): FieldProblem[] {
  if (spec.type !== "ExternalName") return [];
  if (spec.clusterIP)
    return [forbiddenField("spec.clusterIP", "may not be set for ExternalName services")];
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") return [required("spec.externalName")];
  const wrong = nameProblem(name, "subdomain");
  return wrong === undefined ? [] : [invalidValue("spec.externalName", name, wrong)];
}

function addressProblems(spec: ServiceSpec): FieldProblem[] {
  const problems = [
    ...oneOf("spec.ipFamilyPolicy", spec.ipFamilyPolicy, [
      "PreferDualStack",
      "RequireDualStack",
      "SingleStack",
    ]),
    ...(spec.ipFamilies ?? []).flatMap((family, index) =>
      oneOf(`spec.ipFamilies[${index}]`, family, ["IPv4", "IPv6"]),
    ),
  ];
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (address === "None" && index === 0) continue;
    if (isIP(address) === 0)
      problems.push(
        invalidValue(`spec.clusterIPs[${index}]`, address, "must be a valid IP address"),
      );
  }
  const { clusterIP = "", clusterIPs = [] } = spec;
  if (clusterIP !== "" && clusterIP !== "None" && isIP(clusterIP) === 0) {
    problems.push(
      invalidValue("spec.clusterIP", clusterIP, "must be empty, 'None', or a valid IP address"),
    );
  }
  if (clusterIP !== "" && clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    problems.push(
      invalidValue("spec.clusterIPs", clusterIPs, "first value must match `clusterIP`"),
    );
  }
  if (isHeadless(spec) && clusterIPs.length > 1) {
    problems.push(invalidValue("spec.clusterIPs", clusterIPs, "'None' must be the only value"));
  }
  return problems;
}
