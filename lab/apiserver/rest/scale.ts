import type { KubeObject, ResourceRow, ScalePaths } from "../contract.ts";
import { selectorText } from "../printers/cells.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";

/** The number of replicas of a workload as an object of its own (autoscaling/v1 Scale). */
export function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorOf(object, paths);
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: { replicas: numberAt(object, paths.specReplicas) },
    status: {
      replicas: numberAt(object, paths.statusReplicas),
      ...(selector === undefined ? {} : { selector }),
    },
  };
}

/** The object with what a Scale asks for, at the version that the Scale was made from. */
export function scaled(object: KubeObject, scale: KubeObject, paths: ScalePaths): unknown {
  const { replicas = 0 } = (scale.spec ?? {}) as { readonly replicas?: number };
  const { resourceVersion } = scale.metadata;
  const next = withValue(object, paths.specReplicas, replicas) as KubeObject;
  if (!resourceVersion) return next;
  return { ...next, metadata: { ...next.metadata, resourceVersion } };
}

/** Whether the row's objects have a scale. */
export function hasScale(row: ResourceRow): row is ResourceRow & { readonly scale: ScalePaths } {
  return row.scale !== undefined;
}

function selectorOf(object: KubeObject, { selector }: ScalePaths): string | undefined {
  const found = selector === undefined ? undefined : valueAt(object, selector);
  if (typeof found === "string") return found;
  return isRecord(found) ? selectorText(found) : undefined;
}

function numberAt(object: KubeObject, path: readonly string[]): number {
  const found = valueAt(object, path);
  return typeof found === "number" ? found : 0;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), value);
}

function withValue(value: unknown, [step, ...rest]: readonly string[], set: number): JsonRecord {
  const record = isRecord(value) ? value : {};
  return { ...record, [step]: rest.length === 0 ? set : withValue(record[step], rest, set) };
}
