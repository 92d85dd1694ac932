import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, KubeObject, ObjectReference } from "../contract.ts";
import type { NodeObject, PodObject, ServiceObject } from "../kinds/types.ts";
import { createApiServer } from "../server.ts";

let server: ApiServer;
let nowMs: number;

const cluster = {
  podCidrs: ["10.244.0.0/16"],
  nodePodCidrMask: 24,
  loadBalancerPool: "172.30.1.0/29",
  nodeMonitorGraceMs: Number.POSITIVE_INFINITY,
};

beforeEach(() => {
  nowMs = Date.parse("2030-01-01T00:00:00Z");
  server = createApiServer({ cluster, sources: { now: () => nowMs } });
});

afterEach(() => server.close());

const podKind = { apiVersion: "v1", kind: "Pod" };

function node(name: string, labels: Record<string, string> = {}): void {
  server.objects.create({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
}

const labels = { app: "web" };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: "c", image: "example.test/web:1" }] },
};

function workload(kind: string, spec: object): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web", namespace: "default" },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

function get(reference: ObjectReference): KubeObject | undefined {
  return server.objects.get({ namespace: "default", ...reference })?.object;
}

function pods(): PodObject[] {
  return server.objects.list(podKind).map(({ object }) => object as PodObject);
}

/** What a kubelet says of Pods once they run, and what it does with those that are to end. */
async function run(): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    await server.settled();
    const bound = pods().filter(({ spec }) => spec.nodeName);
    const ending = bound.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    const starting = bound.filter(
      ({ status, metadata }) => status.phase !== "Running" && !metadata.deletionTimestamp,
    );
    if (ending.length + starting.length === 0) return;
    for (const pod of ending)
      server.objects.delete({ ...podKind, ...pod.metadata }, { gracePeriodSeconds: 0 });
    for (const pod of starting) ready(pod, "True");
  }
}

function ready(pod: PodObject, status: string): void {
  const lastTransitionTime = new Date(nowMs).toISOString();
  const conditions = [
    ...(pod.status.conditions ?? []).filter(({ type }) => type !== "Ready"),
    { type: "Ready", status, lastTransitionTime },
  ];
  const podIPs = [{ ip: `10.244.0.${pods().indexOf(pod) + 10}` }];
  server.objects.replace({ ...pod, status: { phase: "Running", podIPs, conditions } }, "status");
}

const names = () => pods().map(({ metadata }) => metadata.name);
const images = () => pods().map(({ spec }) => spec.containers?.[0].image);

function events(name: string): string[] {
  return server.objects
    .list({ apiVersion: "v1", kind: "Event" })
    .map(({ object }) => object as KubeObject & { involvedObject: { name: string } })
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`);
}

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
    server.objects.delete({ apiVersion: "v1", kind: "Node", name: "b" });
    node("d");
    expect(cidr("d")).toEqual(["10.244.1.0/24"]);
  });

  it("take pods with them that no kubelet can end any more", async () => {
    node("a");
    server.objects.create(workload("ReplicaSet", { replicas: 1 }));
    await run();
    server.objects.delete({ ...podKind, ...pods()[0].metadata });
    expect(pods()[0].metadata.deletionTimestamp).toBeDefined();
    server.objects.delete({ apiVersion: "v1", kind: "Node", name: "a" });
    await server.settled();
    expect(pods().map(({ spec }) => spec.nodeName)).toEqual([undefined]);
  });
});

describe("the scheduler", () => {
  it("spreads the pods of an owner", async () => {
    for (const name of ["a", "b", "c"]) node(name);
    server.objects.create(workload("ReplicaSet", { replicas: 6 }));
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
    server.objects.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "default" },
      spec: { ...template.spec, nodeSelector: { disk: "ssd" } },
    });
    await server.settled();
    node("a");
    server.objects.create({ apiVersion: "v1", kind: "Node", metadata: { name: "b" } });
    await server.settled();
    const said = [
      "FailedScheduling: no nodes available to schedule pods",
      "FailedScheduling: 0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
    ];
    expect(events("p")).toEqual(expect.arrayContaining(said));
    node("c", { disk: "ssd" });
    await server.settled();
    expect(pods()[0].spec.nodeName).toBe("c");
    expect(pods()[0].status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
  });
});

describe("pods", () => {
  it("get a token's volume and lose the status that they bring", () => {
    server.objects.create({
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
    server.objects.create(workload("ReplicaSet", { replicas: 1 }));
    await run();
    const reference = { ...podKind, ...pods()[0].metadata };
    server.objects.delete(reference);
    expect(get(reference)?.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: "2030-01-01T00:00:30Z",
    });
    server.objects.delete(reference, { gracePeriodSeconds: 5 });
    expect(get(reference)?.metadata.deletionTimestamp).toBe("2030-01-01T00:00:05Z");
    server.objects.delete(reference, { gracePeriodSeconds: 0 });
    expect(get(reference)).toBeUndefined();
  });

  it("that nobody runs go at once", () => {
    const reference = { ...podKind, namespace: "default", name: "p" };
    server.objects.create({ ...podKind, metadata: { ...reference }, spec: template.spec });
    server.objects.delete(reference);
    expect(get(reference)).toBeUndefined();
  });
});

const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

function setImage(image: string): void {
  const present = get(deployment) as KubeObject & { spec: { template: typeof template } };
  const containers = [{ ...present.spec.template.spec.containers[0], image }];
  const next = { ...present.spec.template, spec: { ...present.spec.template.spec, containers } };
  server.objects.replace({ ...present, spec: { ...present.spec, template: next } });
}

describe("a deployment", () => {
  beforeEach(() => {
    for (const name of ["a", "b"]) node(name);
  });

  it("runs its pods and says so", async () => {
    server.objects.create(workload("Deployment", { replicas: 3 }));
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:1"));
    expect(get(deployment)).toMatchObject({
      metadata: { annotations: { "deployment.kubernetes.io/revision": "1" } },
      status: {
        replicas: 3,
        readyReplicas: 3,
        updatedReplicas: 3,
        availableReplicas: 3,
        conditions: [
          { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
          { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
        ],
      },
    });
    expect(events("web")).toEqual([
      expect.stringMatching(/^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 3$/),
    ]);
  });

  it("replaces its pods within its bounds, and goes back", async () => {
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    const strategy = { type: "RollingUpdate", rollingUpdate };
    server.objects.create(workload("Deployment", { replicas: 3, strategy }));
    await run();
    setImage("example.test/web:2");
    await server.settled();
    expect(pods().length).toBe(4);
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    setImage("example.test/web:1");
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:1"));
    expect(get(deployment)?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
    });
    const sets = server.objects.list({ apiVersion: "apps/v1", kind: "ReplicaSet" });
    expect(sets.map(({ object }) => object.spec)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ replicas: 0 }),
        expect.objectContaining({ replicas: 3 }),
      ]),
    );
  });

  it("recreates: none of the new before all of the old have gone", async () => {
    server.objects.create(workload("Deployment", { replicas: 2, strategy: { type: "Recreate" } }));
    await run();
    setImage("example.test/web:2");
    await server.settled();
    expect(images()).toEqual(Array(2).fill("example.test/web:1"));
    expect(pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    await run();
    expect(images()).toEqual(Array(2).fill("example.test/web:2"));
  });

  it("is scaled, also in the middle of a rollout", async () => {
    server.objects.create(workload("Deployment", { replicas: 4 }));
    await run();
    setImage("example.test/web:2");
    await server.settled();
    const present = get(deployment) as KubeObject & { spec: object };
    server.objects.replace({ ...present, spec: { ...present.spec, replicas: 8 } });
    await run();
    expect(images()).toEqual(Array(8).fill("example.test/web:2"));
  });

  it("fails when it does not get on in time", async () => {
    server.objects.create(workload("Deployment", { replicas: 1, progressDeadlineSeconds: 1 }));
    await server.settled();
    nowMs += 2000;
    const present = get(deployment) as KubeObject;
    server.objects.replace({ ...present, metadata: { ...present.metadata, labels: { a: "b" } } });
    await server.settled();
    expect(get(deployment)?.status).toMatchObject({
      conditions: [{}, { status: "False", reason: "ProgressDeadlineExceeded" }],
    });
  });

  it("takes everything with it", async () => {
    server.objects.create(workload("Deployment", { replicas: 2 }));
    await run();
    server.objects.delete({ ...deployment, namespace: "default" });
    await run();
    expect(server.objects.list({ apiVersion: "apps/v1", kind: "ReplicaSet" })).toEqual([]);
    expect(names()).toEqual([]);
  });

  it("goes last when it is deleted in the foreground, and leaves its pods as orphans", async () => {
    server.objects.create(workload("Deployment", { replicas: 2 }));
    await run();
    server.objects.delete({ ...deployment, namespace: "default" }, { propagation: "Foreground" });
    await server.settled();
    expect(get(deployment)?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    await run();
    expect([get(deployment), names()]).toEqual([undefined, []]);
    server.objects.create(workload("ReplicaSet", { replicas: 2 }));
    await run();
    server.objects.delete(
      { apiVersion: "apps/v1", kind: "ReplicaSet", namespace: "default", name: "web" },
      { propagation: "Orphan" },
    );
    await run();
    expect(pods().map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined]);
    const before = names();
    server.objects.create(workload("ReplicaSet", { replicas: 2 }));
    await run();
    expect(names()).toEqual(before);
  });
});

it("a namespace goes once its pods have ended", async () => {
  node("a");
  const shop = { apiVersion: "v1", kind: "Namespace", name: "shop" };
  server.objects.create({ ...shop, metadata: { name: "shop" } });
  const wanted = workload("Deployment", { replicas: 2 });
  server.objects.create({ ...wanted, metadata: { ...wanted.metadata, namespace: "shop" } });
  await run();
  server.objects.delete(shop);
  await server.settled();
  expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([
    true,
    true,
  ]);
  expect(server.objects.get(shop)).toBeDefined();
  await run();
  expect(server.objects.get(shop)).toBeUndefined();
});

it("a restart changes nothing", async () => {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-cluster-"));
  const storeFile = join(directory, "store");
  await server.close();
  const start = () => createApiServer({ cluster, storeFile, sources: { now: () => nowMs } });
  server = start();
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
    server.objects.create({ ...wanted, metadata, spec });
  }
  await run();
  const before = server.revision;
  await server.close();
  nowMs += 60_000;
  server = start();
  await server.settled();
  expect([server.revision, names().length]).toEqual([before, 6]);
  await rm(directory, { recursive: true });
});

describe("a daemon set", () => {
  it("has one pod on each node that it fits, and replaces them one by one", async () => {
    for (const name of ["a", "b"]) node(name);
    server.objects.create(workload("DaemonSet", {}));
    await run();
    node("c");
    await run();
    expect(pods().map(({ spec }) => spec.nodeName)).toEqual(
      expect.arrayContaining(["a", "b", "c"]),
    );
    const set = { apiVersion: "apps/v1", kind: "DaemonSet", name: "web" };
    expect(get(set)?.status).toMatchObject({
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
    });
    const present = get(set) as KubeObject & { spec: object };
    const containers = [{ name: "c", image: "example.test/web:2" }];
    const changed = { metadata: { labels }, spec: { containers } };
    server.objects.replace({ ...present, spec: { ...present.spec, template: changed } });
    await server.settled();
    const ending = pods().filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    expect(ending.length).toBe(1);
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    server.objects.delete({ apiVersion: "v1", kind: "Node", name: "c" });
    await run();
    expect(pods().length).toBe(2);
  });
});

describe("a stateful set", () => {
  const set = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web" };

  it("makes its pods in order, with names that last", async () => {
    node("a");
    server.objects.create(workload("StatefulSet", { replicas: 3, serviceName: "db" }));
    await server.settled();
    expect(names()).toEqual(["web-0"]);
    await run();
    expect(names()).toEqual(["web-0", "web-1", "web-2"]);
    expect(pods()[1].spec).toMatchObject({ hostname: "web-1", subdomain: "db" });
    server.objects.delete({ ...podKind, namespace: "default", name: "web-1" });
    await run();
    expect(names()).toEqual(["web-0", "web-1", "web-2"]);
    const present = get(set) as KubeObject & { spec: object };
    server.objects.replace({ ...present, spec: { ...present.spec, replicas: 1 } });
    await server.settled();
    expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([
      false,
      false,
      true,
    ]);
    await run();
    expect(names()).toEqual(["web-0"]);
  });

  it("replaces them from the last to the partition", async () => {
    node("a");
    const rolling = (partition: number) => ({
      type: "RollingUpdate",
      rollingUpdate: { partition },
    });
    server.objects.create(workload("StatefulSet", { replicas: 3, updateStrategy: rolling(2) }));
    await run();
    const present = get(set) as KubeObject & { spec: object };
    const containers = [{ name: "c", image: "example.test/web:2" }];
    const changed = { metadata: { labels }, spec: { containers } };
    server.objects.replace({ ...present, spec: { ...present.spec, template: changed } });
    await run();
    const old = "example.test/web:1";
    expect(images()).toEqual([old, old, "example.test/web:2"]);
    server.objects.delete({ ...podKind, namespace: "default", name: "web-0" });
    await run();
    expect(images()[0]).toBe(old);
    const held = get(set) as KubeObject & { spec: object };
    server.objects.replace({ ...held, spec: { ...held.spec, updateStrategy: rolling(0) } });
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    expect(get(set)?.status).toMatchObject({ updatedReplicas: 3, currentReplicas: 3 });
  });

  it("makes them all at once when it is told to", async () => {
    const parallel = { replicas: 3, podManagementPolicy: "Parallel" };
    server.objects.create(workload("StatefulSet", parallel));
    await server.settled();
    expect(names().length).toBe(3);
  });
});

describe("a job", () => {
  const job = { apiVersion: "batch/v1", kind: "Job", name: "j" };
  const create = (spec: object) => {
    const podSpec = { ...template.spec, restartPolicy: "Never" };
    const wanted = { template: { spec: podSpec }, ...spec };
    server.objects.create({ ...job, metadata: { name: "j", namespace: "default" }, spec: wanted });
  };
  const end = (phase: string) => {
    for (const pod of pods().filter(({ status }) => status.phase === "Pending"))
      server.objects.replace({ ...pod, status: { ...pod.status, phase } }, "status");
    return server.settled();
  };
  beforeEach(() => node("a"));

  it("ends with its last pod that ends well", async () => {
    create({ completions: 3, parallelism: 2 });
    await server.settled();
    expect(names().length).toBe(2);
    await end("Succeeded");
    expect(names().length).toBe(3);
    await end("Succeeded");
    expect(get(job)?.status).toMatchObject({
      succeeded: 3,
      conditions: [{ type: "SuccessCriteriaMet" }, { type: "Complete", status: "True" }],
    });
    expect(events("j").at(-1)).toBeDefined();
    expect(events("j")).toContain("Completed: Job completed");
  });

  it("gives up in the end", async () => {
    create({ backoffLimit: 1 });
    await server.settled();
    await end("Failed");
    expect(names().length).toBe(2);
    await end("Failed");
    expect(get(job)?.status).toMatchObject({
      failed: 2,
      conditions: [{ type: "FailureTarget" }, { type: "Failed", reason: "BackoffLimitExceeded" }],
    });
  });

  it("pauses, and goes when its time is over", async () => {
    create({ suspend: true, ttlSecondsAfterFinished: 10 });
    await server.settled();
    expect(names()).toEqual([]);
    const present = get(job) as KubeObject & { spec: object };
    server.objects.replace({ ...present, spec: { ...present.spec, suspend: false } });
    await server.settled();
    await end("Succeeded");
    nowMs += 10_000;
    const ended = get(job) as KubeObject;
    server.objects.replace({ ...ended, metadata: { ...ended.metadata, labels: { a: "b" } } });
    await server.settled();
    expect([get(job), names()]).toEqual([undefined, []]);
  });

  it("is refused when its pods never end", () => {
    const refused = () => create({ template: { spec: template.spec } });
    expect(refused).toThrowError(
      /restartPolicy: Required value: valid values: "OnFailure", "Never"/,
    );
  });
});

describe("services of type LoadBalancer", () => {
  function service(name: string, spec: object): void {
    const ports = [{ port: 80 }];
    const metadata = { name, namespace: "default" };
    server.objects.create({
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
    await server.settled();
    expect([address("a"), address("b"), address("c")]).toEqual([
      { ingress: [{ ip: "172.30.1.1", ipMode: "VIP" }] },
      { ingress: [{ ip: "172.30.1.5", ipMode: "VIP" }] },
      {},
    ]);
    for (const name of ["d", "e", "f", "g", "h"]) service(name, { type: "LoadBalancer" });
    await server.settled();
    expect(address("h")).toEqual({});
    expect(events("h").at(-1)).toMatch(/^SyncLoadBalancerFailed: .*no address is free/);
    server.objects.delete({ apiVersion: "v1", kind: "Service", namespace: "default", name: "b" });
    await server.settled();
    expect(address("h")).toEqual({ ingress: [{ ip: "172.30.1.5", ipMode: "VIP" }] });
  });
});
