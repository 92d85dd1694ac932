import type { KubeObject, ObjectApi, ObjectReference } from "../contract.ts";
import type { ServiceSpec } from "../kinds/types.ts";
import { mergePatch } from "../patch/merge.ts";
import { StatusError } from "../status.ts";
import { ManifestError } from "./manifest-error.ts";
import { lineOf, type Manifest } from "./parse.ts";

/**
 * Creates the manifests' objects, what others depend on first. An object that the server made itself (Service
 * kube-dns, Namespace default) is merged with its manifest.
 * @throws ManifestError with file and line of the first one that is refused; those before it are in place then
 */
export function applyManifests(objects: ObjectApi, manifests: readonly Manifest[]): void {
  const seen = new Map<string, Manifest>();
  for (const manifest of manifests.toSorted(
    (left, right) => rank(left.object) - rank(right.object),
  )) {
    const key = describe(manifest.object);
    const twin = seen.get(key);
    if (twin !== undefined)
      throw refusal(manifest, `is also in ${twin.source.file}:${lineOf(twin)}`);
    seen.set(key, manifest);
    apply(objects, manifest);
  }
}

/** Namespaces come first; Services that name their address or port come before those that take any. */
function rank({ kind, spec }: KubeObject): number {
  if (kind === "Namespace") return 0;
  if (kind !== "Service") return kind === "Pod" ? 4 : 1;
  const { clusterIP, clusterIPs, ports } = (spec ?? {}) as ServiceSpec;
  const isChosen =
    clusterIP || clusterIPs || (Array.isArray(ports) && ports.some((port) => port?.nodePort));
  return isChosen ? 2 : 3;
}

function apply(objects: ObjectApi, manifest: Manifest): void {
  const object = withoutServerFields(manifest.object);
  try {
    const present = objects.get(referenceTo(object));
    if (present === undefined) objects.create(object);
    else objects.replace(mergePatch(present.object, object) as KubeObject);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw refusal(manifest, error.message, error.details?.causes?.[0]?.field, error);
  }
}

/** What an exported object carries and a new one cannot. */
function withoutServerFields(object: KubeObject): KubeObject {
  if (typeof object.metadata !== "object" || object.metadata === null) return object;
  const { resourceVersion, managedFields, selfLink, ...metadata } =
    object.metadata as KubeObject["metadata"] & {
      readonly managedFields?: unknown;
      readonly selfLink?: unknown;
    };
  return { ...object, metadata };
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  return { apiVersion, kind, ...metadata, name: metadata?.name ?? "" };
}

function describe({ apiVersion, kind, metadata }: KubeObject): string {
  const { namespace, name = "" } = metadata ?? {};
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name} (${apiVersion})`;
}

function refusal(
  manifest: Manifest,
  message: string,
  field?: string,
  cause?: Error,
): ManifestError {
  const text = `${describe(manifest.object)}: ${message}`;
  return new ManifestError(manifest.source.file, lineOf(manifest, field), text, { cause });
}
