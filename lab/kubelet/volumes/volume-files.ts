import { posix } from "node:path";
import type { KubeObject } from "../../apiserver/contract.ts";
import { ConfigError } from "../containers/config-error.ts";
import type { DownwardItem, FileSource, KeyToPath } from "../contract.ts";
import { fieldValue, type PodFacts, resourceValue } from "../pods/fields.ts";
import type { FileVolume, VolumeFile, VolumeFiles, VolumeObjects } from "./contract.ts";

/**
 * What the volume holds. `token` is that of the pod's service account, where a source asks for it.
 * @throws ConfigError naming the object or key that is not there
 */
export function volumeFiles(
  { sources, defaultMode }: FileVolume,
  facts: PodFacts,
  objects: VolumeObjects,
  token: string,
): VolumeFiles {
  const files = new Map<string, VolumeFile>();
  const put = (path: string, content: Buffer, mode = defaultMode): void => {
    const clean = posix.normalize(path);
    if (clean.startsWith("..") || clean.startsWith("/"))
      throw new ConfigError(`the path "${path}" leaves the volume`);
    files.set(clean, { content, mode });
  };
  for (const source of sources) {
    for (const [path, content, mode] of entriesOf(source, facts, objects)) put(path, content, mode);
    const { serviceAccountToken } = source;
    if (serviceAccountToken !== undefined) put(serviceAccountToken.path, Buffer.from(token));
  }
  return files;
}

type Entry = readonly [path: string, content: Buffer, mode: number | undefined];

function entriesOf(
  { configMap, secret, downwardAPI }: FileSource,
  facts: PodFacts,
  objects: VolumeObjects,
): readonly Entry[] {
  if (configMap !== undefined)
    return picked(`configmaps/${configMap.name}`, configMap, facts, objects);
  if (secret !== undefined) return picked(`secrets/${secret.name}`, secret, facts, objects);
  return (downwardAPI?.items ?? []).map((item) => [item.path, downward(item, facts), item.mode]);
}

function picked(
  key: string,
  {
    items,
    optional = false,
  }: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  { pod }: PodFacts,
  objects: VolumeObjects,
): readonly Entry[] {
  const object = objects.get(key);
  const [kind = "", name = ""] = key.split("/");
  const word = kind === "secrets" ? "secret" : "configmap";
  if (object === undefined) {
    if (optional) return [];
    throw new ConfigError(`${word} "${name}" not found`);
  }
  const contents = contentsOf(object, kind);
  if (items === undefined)
    return [...contents].map(([path, content]) => [path, content, undefined]);
  return items.flatMap(({ key: wanted, path, mode }): readonly Entry[] => {
    const content = contents.get(wanted);
    if (content !== undefined) return [[path, content, mode]];
    if (optional) return [];
    throw new ConfigError(
      `references non-existent ${word} key: ${wanted} in ${pod.metadata.namespace}/${name}`,
    );
  });
}

function contentsOf(object: KubeObject, kind: string): ReadonlyMap<string, Buffer> {
  // Text by key in a ConfigMap's data, base64 in binaryData and in a Secret's data.
  const data = (object.data ?? {}) as Readonly<Record<string, string>>;
  const binary = (object.binaryData ?? {}) as Readonly<Record<string, string>>;
  const encoding = kind === "secrets" ? "base64" : "utf8";
  return new Map([
    ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)] as const),
    ...Object.entries(binary).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
  ]);
}

function downward({ fieldRef, resourceFieldRef }: DownwardItem, facts: PodFacts): Buffer {
  if (resourceFieldRef !== undefined)
    return Buffer.from(resourceValue(resourceFieldRef, facts.pod, undefined));
  const path = fieldRef?.fieldPath ?? "";
  const value = fieldValue(path, facts);
  if (value === undefined) throw new ConfigError(`unsupported fieldPath: ${path}`);
  return Buffer.from(value);
}
