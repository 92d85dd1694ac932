import type { Container, Pod } from "../contract.ts";
import { quantityValue } from "../quantity.ts";
import { allContainers } from "./containers-of.ts";

/** What of a pod is known when its containers are made, and may be asked for by fieldRef. */
export interface PodFacts {
  readonly pod: Pod;
  readonly nodeAddresses: readonly string[];
  readonly podAddresses: readonly string[];
}

/** Value of a field of the downward API; undefined for a path that there is none of. */
export function fieldValue(path: string, facts: PodFacts): string | undefined {
  const { pod, nodeAddresses, podAddresses } = facts;
  const [, map, key] = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path) ?? [];
  if (map === "labels") return pod.metadata.labels?.[key ?? ""] ?? "";
  if (map === "annotations") return pod.metadata.annotations?.[key ?? ""] ?? "";
  const values: Readonly<Record<string, string | undefined>> = {
    "metadata.name": pod.metadata.name,
    "metadata.namespace": pod.metadata.namespace,
    "metadata.uid": pod.metadata.uid,
    "metadata.labels": mapText(pod.metadata.labels),
    "metadata.annotations": mapText(pod.metadata.annotations),
    "spec.nodeName": pod.spec.nodeName ?? "",
    "spec.serviceAccountName": pod.spec.serviceAccountName ?? "default",
    "status.hostIP": nodeAddresses[0],
    "status.hostIPs": nodeAddresses.join(","),
    "status.podIP": podAddresses[0],
    "status.podIPs": podAddresses.join(","),
  };
  return values[path];
}

/** As files of the downward API hold labels and annotations. */
function mapText(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/** limits.cpu, requests.memory and the like in whole units; 0 where the container does not say. */
export function resourceValue(
  { resource, containerName }: { readonly resource: string; readonly containerName?: string },
  pod: Pod,
  own: Container | undefined,
): string {
  const named = allContainers(pod.spec).find(({ name }) => name === containerName);
  const { limits = {}, requests = {} } = (named ?? own)?.resources ?? {};
  const [kind, name = ""] = resource.split(/\.(.*)/);
  const text = kind === "limits" ? limits[name] : (requests[name] ?? limits[name]);
  return String(Math.ceil(text === undefined ? 0 : (quantityValue(text) ?? 0)));
}
