import type { KubeObject, Sources } from "../../contract.ts";
import { generatedName } from "../../rest/metadata.ts";
import type { Collection } from "../../store/collection.ts";
import type { Strategy } from "../strategy.ts";
import type { Container, PodObject, PodSpec, PodStatus, Toleration } from "../types.ts";

const accountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const tokenVolumePrefix = "kube-api-access-";
/** As the ServiceAccount admission of kube-apiserver asks for it: an hour, and seven seconds that tell it from others. */
const tokenLifetimeSeconds = 3607;

/** Pods of a live cluster: kubelets run them, write their status, and end them in peace. */
export function clusterPodStrategy(
  plain: Strategy,
  serviceAccounts: Collection,
  random: Sources["random"],
): Strategy {
  return {
    ...plain,
    begin: (object) => {
      const spec = (object.spec ?? {}) as PodSpec;
      const mounts = wantsToken(object, spec, serviceAccounts);
      const tolerant = { ...spec, tolerations: withDefaultTolerations(spec.tolerations ?? []) };
      const { status: _, ...rest } = object;
      return { ...rest, spec: mounts ? withTokenVolume(tolerant, random) : tolerant };
    },
    gracePeriodSeconds,
  };
}

/** A Pod that nobody runs, or that has ended, needs no time. */
function gracePeriodSeconds(object: KubeObject, asked: number | undefined): number {
  const { spec, status } = object as PodObject;
  const { phase } = (status ?? {}) as PodStatus;
  if (!spec.nodeName || phase === "Succeeded" || phase === "Failed") return 0;
  const seconds = asked ?? spec.terminationGracePeriodSeconds ?? 30;
  return seconds < 0 ? 1 : seconds;
}

/** What the DefaultTolerationSeconds admission adds, which `kubectl describe` shows. */
function withDefaultTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = ["not-ready", "unreachable"]
    .map((word) => `node.kubernetes.io/${word}`)
    .filter(
      (wanted) =>
        !tolerations.some(
          ({ key = "", effect = "" }) =>
            (key === wanted || key === "") && (effect === "NoExecute" || effect === ""),
        ),
    );
  return [
    ...tolerations,
    ...missing.map((key) => ({
      key,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: 300,
    })),
  ];
}

function wantsToken(object: KubeObject, spec: PodSpec, serviceAccounts: Collection): boolean {
  if (spec.automountServiceAccountToken !== undefined) return spec.automountServiceAccountToken;
  const { serviceAccountName = "default" } = spec;
  const account = serviceAccounts.get(`${object.metadata.namespace}/${serviceAccountName}`);
  return account?.object.automountServiceAccountToken !== false;
}

/** The volume with token, CA and namespace by which a container speaks to the API, unless it brings its own. */
function withTokenVolume(spec: PodSpec, random: Sources["random"]): PodSpec {
  const known = spec.volumes?.find(({ name }) => name.startsWith(tokenVolumePrefix))?.name;
  const name = known ?? generatedName(tokenVolumePrefix, random);
  const mount = { name, readOnly: true, mountPath: accountPath };
  const mounted = (container: Container): Container => {
    const { volumeMounts = [] } = container;
    if (volumeMounts.some(({ mountPath }) => mountPath === accountPath)) return container;
    return { ...container, volumeMounts: [...volumeMounts, mount] };
  };
  const containers = spec.containers?.map(mounted);
  const initContainers = spec.initContainers?.map(mounted);
  return {
    ...spec,
    ...(containers === undefined ? {} : { containers }),
    ...(initContainers === undefined ? {} : { initContainers }),
    ...(known === undefined ? { volumes: [...(spec.volumes ?? []), tokenVolume(name)] } : {}),
  };
}

function tokenVolume(name: string): { readonly name: string; readonly projected: object } {
  const fieldRef = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    name,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenLifetimeSeconds, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef }] } },
      ],
    },
  };
}
