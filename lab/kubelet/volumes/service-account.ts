import type { Container, Pod, VolumeMount } from "../contract.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const name = "kube-api-access";

/** Lifetime of tokens in seconds that admission asks for: an hour and a little, so that one a refresh late is still good. */
const expirationSeconds = 3607;

/** The pod with the volume that admission adds: token, CA and namespace, where every container looks for them. */
export function withServiceAccount(pod: Pod): Pod {
  const { spec, metadata } = pod;
  if (spec.automountServiceAccountToken === false) return pod;
  const mount: VolumeMount = { name, mountPath, readOnly: true };
  const mounted = (container: Container): Container =>
    (container.volumeMounts ?? []).some((one) => one.mountPath === mountPath)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  const volume = {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { path: "token", expirationSeconds } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
  return {
    ...pod,
    metadata,
    spec: {
      ...spec,
      containers: spec.containers.map(mounted),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
      volumes: [...(spec.volumes ?? []), volume],
    },
  };
}
