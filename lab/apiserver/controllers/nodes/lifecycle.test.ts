import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ApiServer } from "../../contract.ts";
import type { NodeObject, SliceObject } from "../../kinds/types.ts";
import { createApiServer } from "../../server.ts";

let server: ApiServer;

beforeEach(() => {
  server = createApiServer({
    cluster: { podCidrs: ["10.244.0.0/16"], nodePodCidrMask: 24, nodeMonitorGraceMs: 150 },
  });
});

afterEach(() => server.close());

const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
const place = { name: "a", namespace: "kube-node-lease" };

function renew(): void {
  const spec = { holderIdentity: "a", renewTime: new Date().toISOString().replace("Z", "000Z") };
  const isKnown = server.objects.get({ ...lease, ...place }) !== undefined;
  const renewed = { ...lease, metadata: place, spec };
  if (isKnown) server.objects.replace(renewed);
  else server.objects.create(renewed);
}

function nodeIs(): string {
  const node = server.objects.get({ apiVersion: "v1", kind: "Node", name: "a" })?.object;
  const { status, spec } = node as NodeObject;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return [ready?.status, ...(spec.taints ?? []).map(({ key }) => key.split("/")[1])].join(" ");
}

function endpointIsReady(): boolean | undefined {
  const kind = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" };
  const slices = server.objects.list(kind, "shop").map(({ object }) => object as SliceObject);
  return slices[0]?.endpoints[0]?.conditions.ready;
}

async function until(wanted: string, keep: () => void = () => undefined): Promise<void> {
  const state = () => `${nodeIs()}, endpoint ${endpointIsReady()}`;
  for (let attempt = 0; attempt < 500 && state() !== wanted; attempt += 1) {
    keep();
    await sleep(10);
    await server.settled();
  }
  expect(state()).toBe(wanted);
}

it("a node that falls silent takes its endpoints with it, until it is heard again", async () => {
  const labels = { app: "web" };
  server.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  server.objects.create({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  server.objects.create({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "a" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
  renew();
  const pod = server.objects.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", labels },
    spec: { nodeName: "a", containers: [{ name: "c", image: "example.test/web:1" }] },
  }).object;
  const conditions = ["Ready", "ContainersReady"].map((type) => ({ type, status: "True" }));
  const status = { phase: "Running", podIP: "10.244.0.2", conditions };
  server.objects.replace({ ...pod, status }, "status");
  await until("True, endpoint true", renew);
  await until("Unknown unreachable, endpoint false");
  await until("True, endpoint true", renew);
});
