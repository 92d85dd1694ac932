import type { KubeObject } from "../../apiserver/contract.ts";
import type { Container, EnvVar } from "../contract.ts";
import { fieldValue, type PodFacts, resourceValue } from "../pods/fields.ts";
import { ConfigError } from "./config-error.ts";
import { expand } from "./expand.ts";

/** Looked-up objects by "configmaps/NAME" and "secrets/NAME"; undefined for one that there is none of. */
export type Sources = ReadonlyMap<string, KubeObject | undefined>;

/** Which objects a container's variables come from. */
export function environmentSources({ env = [], envFrom = [] }: Container): readonly string[] {
  const names = [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      configMapRef && `configmaps/${configMapRef.name}`,
      secretRef && `secrets/${secretRef.name}`,
    ]),
    ...env.flatMap(({ valueFrom }) => [
      valueFrom?.configMapKeyRef && `configmaps/${valueFrom.configMapKeyRef.name}`,
      valueFrom?.secretKeyRef && `secrets/${valueFrom.secretKeyRef.name}`,
    ]),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The variables of a container: those of the image and of Services, then envFrom, then env, where each may refer to the
 * ones before it.
 * @throws ConfigError naming the object or key that is not there
 */
export function environmentOf(
  container: Container,
  base: Readonly<Record<string, string>>,
  facts: PodFacts,
  sources: Sources,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = { ...base };
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const key = `${configMapRef === undefined ? "secrets" : "configmaps"}/${reference.name}`;
    const data = dataOf(key, sources);
    if (data === undefined && !reference.optional) throw notFound(key);
    for (const [name, value] of Object.entries(data ?? {})) values[prefix + name] = value;
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, values, container, facts, sources);
    if (value !== undefined) values[variable.name] = value;
  }
  return values;
}

function variableValue(
  { name, value = "", valueFrom }: EnvVar,
  before: Readonly<Record<string, string>>,
  container: Container,
  facts: PodFacts,
  sources: Sources,
): string | undefined {
  if (valueFrom === undefined) return expand(value, before);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) {
    const found = fieldValue(fieldRef.fieldPath, facts);
    if (found === undefined)
      throw new ConfigError(`${name}: unsupported fieldPath: ${fieldRef.fieldPath}`);
    return found;
  }
  if (resourceFieldRef !== undefined) return resourceValue(resourceFieldRef, facts.pod, container);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) return undefined;
  const kind = configMapKeyRef === undefined ? "secrets" : "configmaps";
  const data = dataOf(`${kind}/${reference.name}`, sources);
  const found = data?.[reference.key];
  if (found !== undefined || reference.optional) return found;
  if (data === undefined) throw notFound(`${kind}/${reference.name}`);
  const word = kind === "secrets" ? "Secret" : "ConfigMap";
  const { namespace } = facts.pod.metadata;
  throw new ConfigError(
    `couldn't find key ${reference.key} in ${word} ${namespace}/${reference.name}`,
  );
}

function dataOf(key: string, sources: Sources): Readonly<Record<string, string>> | undefined {
  const object = sources.get(key);
  if (object === undefined) return undefined;
  // data of both kinds is text by key.
  const data = (object.data ?? {}) as Readonly<Record<string, string>>;
  if (!key.startsWith("secrets/")) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, text]) => [name, Buffer.from(text, "base64").toString()]),
  );
}

function notFound(key: string): ConfigError {
  const [kind = "", name = ""] = key.split("/");
  return new ConfigError(`${kind === "secrets" ? "secret" : "configmap"} "${name}" not found`);
}
