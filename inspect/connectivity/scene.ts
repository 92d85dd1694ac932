/** Makes the test's objects and reads what the cluster has made of them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CoreV1Api, KubeConfig, V1Node, V1Pod, V1Service } from "@kubernetes/client-node";
import { FairleadError } from "#observe/errors.ts";
import {
  type ConnectivityOptions,
  type PodPlace,
  type Scene,
  type ServiceName,
  type ServicePlace,
  serviceNames,
} from "./contract.ts";
import {
  clientPod,
  type ManifestOptions,
  namespaceOf,
  otherPod,
  ownLabel,
  podsOf,
  samePod,
  servicesOf,
} from "./manifests.ts";

const pollMs = 200;
/** A controller gives it within that, or there is none. */
const addressTimeoutMs = 5_000;
/** Deleting a namespace takes as long as its slowest pod. */
const deletionTimeoutMs = 60_000;

type Progress = (text: string) => void;

/** A namespace that this run has made, and is to delete. */
export interface Stage {
  /**
   * Makes the objects and waits until the pods are ready.
   * @throws FairleadError FL-I001 when they do not get ready in time, with what keeps each, or when it is interrupted
   */
  set(progress: Progress): Promise<Scene>;
  /** Deletes the namespace and waits until it is gone. */
  strike(): Promise<void>;
}

/**
 * Makes the test's namespace.
 * @throws FairleadError FL-I001 when it is there already, or there is no image or no node to test
 */
export async function openStage(
  config: KubeConfig,
  options: ConnectivityOptions,
  stopping: AbortSignal,
): Promise<Stage> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = config.makeApiClient(CoreV1Api);
  const { namespace } = options;
  const [first, second] = usableNodes((await core.listNode()).items);
  if (first === undefined) throw problem("no node is ready and takes pods");
  const manifests: ManifestOptions = {
    ...options,
    image: options.image ?? (await ownImage(core)),
    nodes: [nameOf(first), second && nameOf(second)],
  };
  await makeNamespace(core, manifests);
  return {
    async set(progress) {
      progress(`making pods and Services in namespace ${namespace}`);
      for (const body of servicesOf(manifests))
        await core.createNamespacedService({ namespace, body });
      const wanted = podsOf(manifests);
      for (const body of wanted) await core.createNamespacedPod({ namespace, body });
      const pods = await readyPods(core, options, wanted.length, progress, stopping);
      return sceneOf(options, pods, await readyServices(core, namespace));
    },
    async strike() {
      await core.deleteNamespace({ name: namespace }).catch(ignoreMissing);
      for (const endMs = Date.now() + deletionTimeoutMs; Date.now() < endMs; await sleep(pollMs))
        if ((await findNamespace(core, namespace)) === undefined) return;
      throw problem(`namespace ${namespace} is not gone after ${deletionTimeoutMs / 1000} s`);
    },
  };
}

function sceneOf(
  { namespace, clusterDomain, externalName }: ConnectivityOptions,
  pods: readonly V1Pod[],
  services: Scene["services"],
): Scene {
  const place = (name: string): PodPlace | undefined => {
    const pod = pods.find((each) => each.metadata?.name === name);
    return pod && placeOf(pod);
  };
  const [client, same] = [place(clientPod), place(samePod)];
  if (client === undefined || same === undefined)
    throw problem("a pod of the test has been deleted by somebody else");
  return { namespace, clusterDomain, externalName, client, same, other: place(otherPod), services };
}

async function makeNamespace(core: CoreV1Api, manifests: ManifestOptions): Promise<void> {
  const { namespace } = manifests;
  const found = await findNamespace(core, namespace);
  const [[label, value] = ["", ""]] = Object.entries(ownLabel);
  if (found !== undefined)
    throw problem(
      found.metadata?.labels?.[label] === value
        ? `namespace ${namespace} is left from another run, or one is going on: delete it, or choose another with -namespace`
        : `namespace ${namespace} is not the test's own: choose another with -namespace`,
    );
  await core.createNamespace({ body: namespaceOf(manifests) });
}

async function findNamespace(core: CoreV1Api, name: string) {
  return core.readNamespace({ name }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (code !== 404) throw error;
}

/** What the cluster's own Fairlead runs. */
async function ownImage(core: CoreV1Api): Promise<string> {
  const { items } = await core.listPodForAllNamespaces({
    labelSelector: "app.kubernetes.io/part-of=fairlead",
  });
  const image = items
    .flatMap(({ spec }) => spec?.containers ?? [])
    .find(({ image }) => image)?.image;
  if (image !== undefined) return image;
  throw problem(
    "no pod with the label app.kubernetes.io/part-of=fairlead tells the image: give it with -image",
  );
}

/** Those that take pods, by name: two runs choose the same. */
function usableNodes(nodes: readonly V1Node[]): readonly V1Node[] {
  return nodes
    .filter(
      ({ spec, status }) =>
        spec?.unschedulable !== true &&
        !(spec?.taints ?? []).some(
          ({ effect }) => effect === "NoSchedule" || effect === "NoExecute",
        ) &&
        (status?.conditions ?? []).some(
          ({ type, status }) => type === "Ready" && status === "True",
        ),
    )
    .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

async function readyPods(
  core: CoreV1Api,
  { namespace, readyTimeoutMs }: ConnectivityOptions,
  count: number,
  progress: Progress,
  stopping: AbortSignal,
): Promise<readonly V1Pod[]> {
  let said = "";
  for (const endMs = Date.now() + readyTimeoutMs; ; await sleep(pollMs)) {
    const { items } = await core.listNamespacedPod({ namespace });
    const waiting = items.filter((pod) => !isReady(pod));
    if (waiting.length === 0 && items.length === count) return items;
    const text = `${count - waiting.length} of ${count} pods are ready`;
    if (text !== said) progress(text);
    said = text;
    if (stopping.aborted) throw problem("interrupted");
    if (Date.now() <= endMs) continue;
    const why = waiting.map(
      (pod) => `${pod.metadata?.name} on ${pod.spec?.nodeName}: ${waitsFor(pod)}`,
    );
    throw problem(
      `pods of ${namespace} are not ready after ${readyTimeoutMs / 1000} s: ${why.join("; ")}`,
    );
  }
}

const isReady = ({ status }: V1Pod): boolean =>
  (status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");

function waitsFor({ status }: V1Pod): string {
  const [container] = status?.containerStatuses ?? [];
  const { waiting, terminated } = container?.state ?? {};
  const state = waiting ?? terminated;
  if (state !== undefined) return [state.reason, state.message].filter(Boolean).join(": ");
  const condition = (status?.conditions ?? []).find(({ status }) => status === "False");
  return condition?.message ?? condition?.reason ?? status?.phase ?? "it has no status";
}

/** Waits a little for a load balancer's address, which one who has none never gives. */
async function readyServices(core: CoreV1Api, namespace: string): Promise<Scene["services"]> {
  for (const endMs = Date.now() + addressTimeoutMs; ; await sleep(pollMs)) {
    const { items } = await core.listNamespacedService({ namespace });
    const of = (name: ServiceName): ServicePlace =>
      servicePlaceOf(items.find(({ metadata }) => metadata?.name === name));
    const places = Object.fromEntries(serviceNames.map((name) => [name, of(name)]));
    // The keys are those of the list.
    const services = places as Record<ServiceName, ServicePlace>;
    if (services["load-balancer"].loadBalancer !== undefined || Date.now() > endMs) return services;
  }
}

function servicePlaceOf(service: V1Service | undefined): ServicePlace {
  const { clusterIP, ports = [] } = service?.spec ?? {};
  const [ingress] = service?.status?.loadBalancer?.ingress ?? [];
  return {
    clusterIp:
      clusterIP === undefined || clusterIP === "None" || clusterIP === "" ? undefined : clusterIP,
    nodePorts: ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort])),
    loadBalancer: ingress?.ip ?? ingress?.hostname,
  };
}

function placeOf({ metadata, spec, status }: V1Pod): PodPlace {
  return {
    name: metadata?.name ?? "",
    node: spec?.nodeName ?? "",
    nodeAddress: status?.hostIP ?? "",
    address: status?.podIP ?? "",
  };
}

const nameOf = ({ metadata }: V1Node): string => metadata?.name ?? "";

const problem = (text: string): FairleadError => new FairleadError("FL-I001", text);
