/** A cluster without kubelets for the tests of controllers: run() says what they would. */
import type { ApiServer, KubeObject, ObjectReference } from "../contract.ts";
import type { PodObject } from "../kinds/types.ts";
import { createApiServer } from "../server.ts";

export const cluster = {
  podCidrs: ["10.244.0.0/16"],
  nodePodCidrMask: 24,
  loadBalancerPool: "172.30.1.0/29",
  nodeMonitorGraceMs: Number.POSITIVE_INFINITY,
};

const newServer = (): ApiServer =>
  createApiServer({ cluster, sources: { now: () => scene.nowMs } });

/** Anew for each test of the file that opens one. */
// Before the first test there is none, and nobody asks.
export const scene = { nowMs: 0, server: undefined as unknown as ApiServer };

/** Before each test. */
export function openCluster(): void {
  scene.nowMs = Date.parse("2030-01-01T00:00:00Z");
  scene.server = newServer();
}

/** After each test. */
export function closeCluster(): Promise<void> {
  return scene.server.close();
}

export const podKind = { apiVersion: "v1", kind: "Pod" };

export function node(name: string, labels: Record<string, string> = {}): void {
  scene.server.objects.create({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
}

export const labels = { app: "web" };
export const template = {
  metadata: { labels },
  spec: { containers: [{ name: "c", image: "example.test/web:1" }] },
};

export function workload(kind: string, spec: object): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

export function get(reference: ObjectReference): KubeObject | undefined {
  return scene.server.objects.get({ namespace: "default", ...reference })?.object;
}

export function pods(): PodObject[] {
  return scene.server.objects.list(podKind).map(({ object }) => object as PodObject);
}

/** What a kubelet says of Pods once they run, and what it does with those that are to end. */
export async function run(): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    await scene.server.settled();
    const bound = pods().filter(({ spec }) => spec.nodeName);
    const ending = bound.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const starting = bound.filter(
      ({ status, metadata }) => status.phase !== "Running" && !metadata.deletionTimestamp,
    );
    if (ending.length + starting.length === 0) return;
    for (const pod of ending)
      scene.server.objects.delete({ ...podKind, ...pod.metadata }, { gracePeriodSeconds: 0 });
    for (const pod of starting) ready(pod, "True");
  }
}

function ready(pod: PodObject, status: string): void {
  const lastTransitionTime = new Date(scene.nowMs).toISOString();
  const conditions = [
    ...(pod.status.conditions ?? []).filter(({ type }) => type !== "Ready"),
    { type: "Ready", status, lastTransitionTime },
  ];
  const podIPs = [{ ip: `10.244.0.${pods().indexOf(pod) + 10}` }];
  scene.server.objects.replace(
    { ...pod, status: { phase: "Running", podIPs, conditions } },
    "status",
  );
}

export const names = () => pods().map(({ metadata }) => metadata.name);
export const images = () => pods().map(({ spec }) => spec.containers?.[0].image);

export function events(name: string): string[] {
  return scene.server.objects
    .list({ apiVersion: "v1", kind: "Event" })
    .map(({ object }) => object as KubeObject & { involvedObject: { name: string } })
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
}
