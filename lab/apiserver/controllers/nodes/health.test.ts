import { describe, expect, it } from "vitest";
import type { Condition, NodeObject, PodObject } from "../../kinds/types.ts";
import { isLost, lostConditions, tainted, withoutReadiness, withReadinessBack } from "./health.ts";

const nowMs = Date.parse("2030-01-01T00:00:00Z");

function node(ready: string | undefined, spec: NodeObject["spec"] = {}): NodeObject {
  const conditions = ready === undefined ? [] : [{ type: "Ready", status: ready }];
  return { apiVersion: "v1", kind: "Node", metadata: { name: "a" }, spec, status: { conditions } };
}

function pod(...conditions: readonly Condition[]): PodObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: {},
    status: { conditions },
  };
}

describe("taints of a node", () => {
  it.each([
    ["True", {}, []],
    ["False", {}, ["not-ready"]],
    [undefined, {}, ["not-ready"]],
    ["Unknown", {}, ["unreachable"]],
    ["True", { unschedulable: true }, ["unschedulable"]],
  ])("that is ready: %s, with %j", (ready, spec, expected) => {
    const given = tainted(node(ready, spec)).spec.taints ?? [];
    expect(given.map(({ key }) => key)).toEqual(
      expected.map((word) => `node.kubernetes.io/${word}`),
    );
  });

  it("go with their cause, those of others stay", () => {
    const taints = [
      { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
      { key: "mine", effect: "NoExecute" },
    ];
    expect(tainted(node("True", { taints })).spec.taints).toEqual([taints[1]]);
  });
});

it("a node that is silent is Unknown in every respect", () => {
  const silent = node("True");
  const conditions = lostConditions(silent, nowMs);
  expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
    "Ready Unknown NodeStatusUnknown",
    "MemoryPressure Unknown NodeStatusNeverUpdated",
    "DiskPressure Unknown NodeStatusNeverUpdated",
    "PIDPressure Unknown NodeStatusNeverUpdated",
  ]);
  expect([isLost(silent), isLost({ ...silent, status: { conditions } })]).toEqual([false, true]);
});

describe("a pod of a silent node", () => {
  const containersReady = { type: "ContainersReady", status: "True" };
  const ready = { type: "Ready", status: "True" };

  it("is not ready, and ready again with the node", () => {
    const lost = withoutReadiness(pod(ready, containersReady), nowMs);
    expect(lost.status.conditions?.[0]).toMatchObject({ status: "False", reason: "NodeNotReady" });
    const back = withReadinessBack(lost, nowMs);
    expect(back.status.conditions).toContainEqual(expect.objectContaining(ready));
  });

  it.each([
    ["was not ready before", pod({ ...ready, status: "False" }, containersReady)],
    [
      "has lost its containers since",
      pod(
        { type: "Ready", status: "False", reason: "NodeNotReady" },
        { ...containersReady, status: "False" },
      ),
    ],
    [
      "was reported by its kubelet since",
      pod({ type: "Ready", status: "True", reason: "NodeNotReady" }, containersReady),
    ],
  ])("is left alone when it %s", (_what, given) => {
    expect(withReadinessBack(given, nowMs)).toBe(given);
  });
});
