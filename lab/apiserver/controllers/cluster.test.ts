import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NodeObject, ServiceObject } from "../kinds/types.ts";
import { createApiServer } from "../server.ts";
import {
  closeCluster,
  cluster,
  events,
  get,
  names,
  node,
  openCluster,
  podKind,
  pods,
  run,
  scene,
  template,
  workload,
} from "./testing.ts";

beforeEach(openCluster);
afterEach(closeCluster);

describe("nodes", () => {
  it("get their share of the pods' addresses, and give it back", () => {
    for (const name of ["a", "b", "c"]) node(name);
    const cidr = (name: string) =>
      (get({ apiVersion: "v1", kind: "Node", name }) as NodeObject).spec.podCIDRs;
    expect(["a", "b", "c"].map(cidr)).toEqual([
      ["10.244.0.0/24"],
      ["10.244.1.0/24"],
      ["10.244.2.0/24"],
    ]);
    scene.server.objects.delete({ apiVersion: "v1", kind: "Node", name: "b" });
    node("d");
    expect(cidr("d")).toEqual(["10.244.1.0/24"]);
  });

  it("take pods with them that no kubelet can end any more", async () => {
    node("a");
    scene.server.objects.create(workload("ReplicaSet", { replicas: 1 }));
    await run();
    scene.server.objects.delete({ ...podKind, ...pods()[0].metadata });
    expect(pods()[0].metadata.deletionTimestamp).toBeDefined();
    scene.server.objects.delete({ apiVersion: "v1", kind: "Node", name: "a" });
    await scene.server.settled();
    expect(pods().map(({ spec }) => spec.nodeName)).toEqual([undefined]);
  });
});

describe("the scheduler", () => {
  it("spreads the pods of an owner", async () => {
    for (const name of ["a", "b", "c"]) node(name);
    scene.server.objects.create(workload("ReplicaSet", { replicas: 6 }));
    await run();
    const counts = Map.groupBy(pods(), ({ spec }) => spec.nodeName);
    expect([...counts].map(([name, all]) => [name, all.length])).toEqual(
      expect.arrayContaining([
        ["a", 2],
        ["b", 2],
        ["c", 2],
      ]),
    );
    expect(events(names()[0])[0]).toMatch(/^Scheduled: Successfully assigned default\/web-.* to /);
  });

  it("says why no node takes a pod, and binds it once one does", async () => {
    scene.server.objects.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "default" },
      spec: { ...template.spec, nodeSelector: { disk: "ssd" } },
    });
    await scene.server.settled();
    node("a");
    scene.server.objects.create({ apiVersion: "v1", kind: "Node", metadata: { name: "b" } });
    await scene.server.settled();
    const said = [
      "FailedScheduling: no nodes available to schedule pods",
      "FailedScheduling: 0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
    ];
    expect(events("p")).toEqual(expect.arrayContaining(said));
    node("c", { disk: "ssd" });
    await scene.server.settled();
    expect(pods()[0].spec.nodeName).toBe("c");
    expect(pods()[0].status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
  });
});

describe("pods", () => {
  it("get a token's volume and lose the status that they bring", () => {
    scene.server.objects.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "default" },
      spec: template.spec,
      status: { phase: "Running" },
    });
    expect(pods()[0]).toMatchObject({
      spec: {
        containers: [
          { volumeMounts: [{ mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }] },
        ],
        volumes: [{ projected: { sources: [{ serviceAccountToken: { path: "token" } }, {}, {}] } }],
      },
      status: { phase: "Pending" },
    });
  });

  it("end in the time they have, which a second delete can shorten", async () => {
    node("a");
    scene.server.objects.create(workload("ReplicaSet", { replicas: 1 }));
    await run();
    const reference = { ...podKind, ...pods()[0].metadata };
    scene.server.objects.delete(reference);
    expect(get(reference)?.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: "2030-01-01T00:00:30Z",
    });
    scene.server.objects.delete(reference, { gracePeriodSeconds: 5 });
    expect(get(reference)?.metadata.deletionTimestamp).toBe("2030-01-01T00:00:05Z");
    scene.server.objects.delete(reference, { gracePeriodSeconds: 0 });
    expect(get(reference)).toBeUndefined();
  });

  it("that nobody runs go at once", () => {
    const reference = { ...podKind, namespace: "default", name: "p" };
    scene.server.objects.create({ ...podKind, metadata: { ...reference }, spec: template.spec });
    scene.server.objects.delete(reference);
    expect(get(reference)).toBeUndefined();
  });
});

describe("services of type LoadBalancer", () => {
  function service(name: string, spec: object): void {
    const ports = [{ port: 80 }];
    const metadata = { name, namespace: "default" };
    scene.server.objects.create({
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { ports, ...spec },
    });
  }
  const address = (name: string) => {
    const service = get({ apiVersion: "v1", kind: "Service", name }) as ServiceObject | undefined;
    return service?.status?.loadBalancer;
  };

  it("get an address of the pool, and give it back", async () => {
    service("a", { type: "LoadBalancer" });
    service("b", { type: "LoadBalancer", loadBalancerIP: "172.30.1.5" });
    service("c", {});
    await scene.server.settled();
    expect([address("a"), address("b"), address("c")]).toEqual([
      { ingress: [{ ip: "172.30.1.1", ipMode: "VIP" }] },
      { ingress: [{ ip: "172.30.1.5", ipMode: "VIP" }] },
      {},
    ]);
    for (const name of ["d", "e", "f", "g", "h"]) service(name, { type: "LoadBalancer" });
    await scene.server.settled();
    expect(address("h")).toEqual({});
    expect(events("h").at(-1)).toMatch(/^SyncLoadBalancerFailed: .*no address is free/);
    scene.server.objects.delete({
      apiVersion: "v1",
      kind: "Service",
      namespace: "default",
      name: "b",
    });
    await scene.server.settled();
    expect(address("h")).toEqual({ ingress: [{ ip: "172.30.1.5", ipMode: "VIP" }] });
  });
});

it("a namespace goes once its pods have ended", async () => {
  node("a");
  const shop = { apiVersion: "v1", kind: "Namespace", name: "shop" };
  scene.server.objects.create({ ...shop, metadata: { name: "shop" } });
  const wanted = workload("Deployment", { replicas: 2 });
  scene.server.objects.create({ ...wanted, metadata: { ...wanted.metadata, namespace: "shop" } });
  await run();
  scene.server.objects.delete(shop);
  await scene.server.settled();
  expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([
    true,
    true,
  ]);
  expect(scene.server.objects.get(shop)).toBeDefined();
  await run();
  expect(scene.server.objects.get(shop)).toBeUndefined();
});

it("a restart changes nothing", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-cluster-"));
  const storeFile = join(directory, "store");
  await scene.server.close();
  const start = () => createApiServer({ cluster, storeFile, sources: { now: () => scene.nowMs } });
  scene.server = start();
  for (const name of ["a", "b"]) node(name);
  for (const kind of ["Deployment", "DaemonSet", "StatefulSet"]) {
    const wanted = workload(kind, kind === "DaemonSet" ? {} : { replicas: 2 });
    const own = { app: kind };
    const metadata = { name: kind.toLowerCase(), namespace: "default" };
    const spec = {
      ...(wanted.spec as object),
      selector: { matchLabels: own },
      template: { ...template, metadata: { labels: own } },
    };
    scene.server.objects.create({ ...wanted, metadata, spec });
  }
  await run();
  const before = scene.server.revision;
  await scene.server.close();
  scene.nowMs += 60_000;
  scene.server = start();
  await scene.server.settled();
  expect([scene.server.revision, names().length]).toEqual([before, 6]);
  await rm(directory, { recursive: true });
});
