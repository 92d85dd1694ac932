import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../contract.ts";
import {
  closeCluster,
  events,
  get,
  images,
  labels,
  names,
  node,
  openCluster,
  podKind,
  pods,
  run,
  scene,
  template,
  workload,
} from "../testing.ts";

beforeEach(openCluster);
afterEach(closeCluster);

const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

function setImage(image: string): void {
  const present = get(deployment) as KubeObject & { spec: { template: typeof template } };
  const containers = [{ ...present.spec.template.spec.containers[0], image }];
  const next = { ...present.spec.template, spec: { ...present.spec.template.spec, containers } };
  scene.server.objects.replace({ ...present, spec: { ...present.spec, template: next } });
}

describe("a deployment", () => {
  beforeEach(() => {
    for (const name of ["a", "b"]) node(name);
  });

  it("runs its pods and says so", async () => {
    scene.server.objects.create(workload("Deployment", { replicas: 3 }));
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
    scene.server.objects.create(workload("Deployment", { replicas: 3, strategy }));
    await run();
    setImage("example.test/web:2");
    await scene.server.settled();
    expect(pods().length).toBe(4);
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    setImage("example.test/web:1");
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:1"));
    expect(get(deployment)?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
    });
    const sets = scene.server.objects.list({ apiVersion: "apps/v1", kind: "ReplicaSet" });
    expect(sets.map(({ object }) => object.spec)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ replicas: 0 }),
        expect.objectContaining({ replicas: 3 }),
      ]),
    );
  });

  it("recreates: none of the new before all of the old have gone", async () => {
    scene.server.objects.create(
      workload("Deployment", { replicas: 2, strategy: { type: "Recreate" } }),
    );
    await run();
    setImage("example.test/web:2");
    await scene.server.settled();
    expect(images()).toEqual(Array(2).fill("example.test/web:1"));
    expect(pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    await run();
    expect(images()).toEqual(Array(2).fill("example.test/web:2"));
  });

  it("is scaled, also in the middle of a rollout", async () => {
    scene.server.objects.create(workload("Deployment", { replicas: 4 }));
    await run();
    setImage("example.test/web:2");
    await scene.server.settled();
    const present = get(deployment) as KubeObject & { spec: object };
    scene.server.objects.replace({ ...present, spec: { ...present.spec, replicas: 8 } });
    await run();
    expect(images()).toEqual(Array(8).fill("example.test/web:2"));
  });

  it("fails when it does not get on in time", async () => {
    scene.server.objects.create(
      workload("Deployment", { replicas: 1, progressDeadlineSeconds: 1 }),
    );
    await scene.server.settled();
    scene.nowMs += 2000;
    const present = get(deployment) as KubeObject;
    scene.server.objects.replace({
      ...present,
      metadata: { ...present.metadata, labels: { a: "b" } },
    });
    await scene.server.settled();
    expect(get(deployment)?.status).toMatchObject({
      conditions: [{}, { status: "False", reason: "ProgressDeadlineExceeded" }],
    });
  });

  it("takes everything with it", async () => {
    scene.server.objects.create(workload("Deployment", { replicas: 2 }));
    await run();
    scene.server.objects.delete({ ...deployment, namespace: "default" });
    await run();
    expect(scene.server.objects.list({ apiVersion: "apps/v1", kind: "ReplicaSet" })).toEqual([]);
    expect(names()).toEqual([]);
  });

  it("goes last when it is deleted in the foreground, and leaves its pods as orphans", async () => {
    scene.server.objects.create(workload("Deployment", { replicas: 2 }));
    await run();
    scene.server.objects.delete(
      { ...deployment, namespace: "default" },
      { propagation: "Foreground" },
    );
    await scene.server.settled();
    expect(get(deployment)?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    await run();
    expect([get(deployment), names()]).toEqual([undefined, []]);
    scene.server.objects.create(workload("ReplicaSet", { replicas: 2 }));
    await run();
    scene.server.objects.delete(
      { apiVersion: "apps/v1", kind: "ReplicaSet", namespace: "default", name: "web" },
      { propagation: "Orphan" },
    );
    await run();
    expect(pods().map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined]);
    const before = names();
    scene.server.objects.create(workload("ReplicaSet", { replicas: 2 }));
    await run();
    expect(names()).toEqual(before);
  });
});

describe("a daemon set", () => {
  it("has one pod on each node that it fits, and replaces them one by one", async () => {
    for (const name of ["a", "b"]) node(name);
    scene.server.objects.create(workload("DaemonSet", {}));
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
    scene.server.objects.replace({ ...present, spec: { ...present.spec, template: changed } });
    await scene.server.settled();
    const ending = pods().filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    expect(ending.length).toBe(1);
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    scene.server.objects.delete({ apiVersion: "v1", kind: "Node", name: "c" });
    await run();
    expect(pods().length).toBe(2);
  });
});

describe("a stateful set", () => {
  const set = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web" };

  it("makes its pods in order, with names that last", async () => {
    node("a");
    scene.server.objects.create(workload("StatefulSet", { replicas: 3, serviceName: "db" }));
    await scene.server.settled();
    expect(names()).toEqual(["web-0"]);
    await run();
    expect(names()).toEqual(["web-0", "web-1", "web-2"]);
    expect(pods()[1].spec).toMatchObject({ hostname: "web-1", subdomain: "db" });
    scene.server.objects.delete({ ...podKind, namespace: "default", name: "web-1" });
    await run();
    expect(names()).toEqual(["web-0", "web-1", "web-2"]);
    const present = get(set) as KubeObject & { spec: object };
    scene.server.objects.replace({ ...present, spec: { ...present.spec, replicas: 1 } });
    await scene.server.settled();
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
    scene.server.objects.create(
      workload("StatefulSet", { replicas: 3, updateStrategy: rolling(2) }),
    );
    await run();
    const present = get(set) as KubeObject & { spec: object };
    const containers = [{ name: "c", image: "example.test/web:2" }];
    const changed = { metadata: { labels }, spec: { containers } };
    scene.server.objects.replace({ ...present, spec: { ...present.spec, template: changed } });
    await run();
    const old = "example.test/web:1";
    expect(images()).toEqual([old, old, "example.test/web:2"]);
    scene.server.objects.delete({ ...podKind, namespace: "default", name: "web-0" });
    await run();
    expect(images()[0]).toBe(old);
    const held = get(set) as KubeObject & { spec: object };
    scene.server.objects.replace({ ...held, spec: { ...held.spec, updateStrategy: rolling(0) } });
    await run();
    expect(images()).toEqual(Array(3).fill("example.test/web:2"));
    expect(get(set)?.status).toMatchObject({ updatedReplicas: 3, currentReplicas: 3 });
  });

  it("makes them all at once when it is told to", async () => {
    const parallel = { replicas: 3, podManagementPolicy: "Parallel" };
    scene.server.objects.create(workload("StatefulSet", parallel));
    await scene.server.settled();
    expect(names().length).toBe(3);
  });
});

describe("a job", () => {
  const job = { apiVersion: "batch/v1", kind: "Job", name: "j" };
  const create = (spec: object) => {
    const podSpec = { ...template.spec, restartPolicy: "Never" };
    const wanted = { template: { spec: podSpec }, ...spec };
    scene.server.objects.create({
      ...job,
      metadata: { name: "j", namespace: "default" },
      spec: wanted,
    });
  };
  const end = (phase: string) => {
    for (const pod of pods().filter(({ status }) => status.phase === "Pending"))
      scene.server.objects.replace({ ...pod, status: { ...pod.status, phase } }, "status");
    return scene.server.settled();
  };
  beforeEach(() => node("a"));

  it("ends with its last pod that ends well", async () => {
    create({ completions: 3, parallelism: 2 });
    await scene.server.settled();
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
    await scene.server.settled();
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
    await scene.server.settled();
    expect(names()).toEqual([]);
    const present = get(job) as KubeObject & { spec: object };
    scene.server.objects.replace({ ...present, spec: { ...present.spec, suspend: false } });
    await scene.server.settled();
    await end("Succeeded");
    scene.nowMs += 10_000;
    const ended = get(job) as KubeObject;
    scene.server.objects.replace({ ...ended, metadata: { ...ended.metadata, labels: { a: "b" } } });
    await scene.server.settled();
    expect([get(job), names()]).toEqual([undefined, []]);
  });

  it("is refused when its pods never end", () => {
    const refused = () => create({ template: { spec: template.spec } });
    expect(refused).toThrowError(
      /restartPolicy: Required value: valid values: "OnFailure", "Never"/,
    );
  });
});

it.each(["DaemonSet", "StatefulSet"])(
  "a %s that waits for its Pods keeps no history",
  async (kind) => {
    const apiVersion = "apps/v1";
    node("n1");
    scene.server.objects.create(workload(kind, { serviceName: "web" }));
    await run();
    const revisions = () => scene.server.objects.list({ apiVersion, kind: "ControllerRevision" });
    expect(revisions()).toHaveLength(1);
    const reference = { apiVersion, kind, namespace: "default", name: "web" };
    scene.server.objects.delete(reference, { propagation: "Foreground" });
    await scene.server.settled();
    expect([names().length, revisions().length]).toEqual([1, 0]);
    await run();
    expect([names().length, get(reference)]).toEqual([0, undefined]);
  },
);
