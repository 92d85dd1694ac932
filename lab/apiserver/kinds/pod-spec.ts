import type { Container, PodSpec } from "./types.ts";

/** Defaults of a pod's spec that hold in templates as well. */
export function completePodSpec(spec: PodSpec): PodSpec {
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    ...spec,
    ...(spec.containers === undefined
      ? {}
      : { containers: spec.containers.map(completeContainer) }),
  };
}

export function completePodTemplate<T extends { readonly spec?: PodSpec }>(template: T): T {
  return { ...template, spec: completePodSpec(template.spec ?? {}) };
}

function completeContainer(container: Container): Container {
  const ports = container.ports?.map((port) => ({ ...port, protocol: port.protocol ?? "TCP" }));
  return {
    ...container,
    imagePullPolicy:
      container.imagePullPolicy ?? (isLatest(container.image ?? "") ? "Always" : "IfNotPresent"),
    ...(ports === undefined ? {} : { ports }),
  };
}

/** Whether an image reference has the tag latest, said or meant. */
function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest";
}
