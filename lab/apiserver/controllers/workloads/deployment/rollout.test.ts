import { describe, expect, it } from "vitest";
import type { DeploymentObject, ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { proportionalStep, recreateStep, rollingStep } from "./rollout.ts";

const template = { spec: {} };
const selector = {};

function deployment(
  replicas: number,
  maxSurge: number | string,
  maxUnavailable: number | string,
): DeploymentObject {
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
  const metadata = { name: "web" };
  const spec = { replicas, selector, template, strategy };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

function set(name: string, replicas: number, availableReplicas: number, max = 0): ReplicaSetObject {
  const annotations = { "deployment.kubernetes.io/max-replicas": String(max) };
  const metadata = { name, annotations, creationTimestamp: "2030-01-01T00:00:00Z" };
  const spec = { replicas, selector, template };
  const status = { availableReplicas };
  return { apiVersion: "apps/v1", kind: "ReplicaSet", metadata, spec, status };
}

const sizes = (steps: ReturnType<typeof rollingStep>) =>
  Object.fromEntries(steps.map(({ set: { metadata }, replicas }) => [metadata.name, replicas]));

describe("a rolling update", () => {
  // Replicas, surge, unavailable; new and old as [wanted, available]; what changes.
  type Pair = [number, number];
  it.each<[number, number | string, number | string, Pair, Pair, Record<string, number>]>([
    [4, 1, 0, [0, 0], [4, 4], { new: 1 }],
    [4, 1, 0, [1, 0], [4, 4], {}],
    [4, 1, 0, [1, 1], [4, 4], { old: 3 }],
    [4, "25%", "25%", [1, 0], [4, 4], { old: 3 }],
    [4, 0, 1, [0, 0], [4, 4], { old: 3 }],
    [4, 0, 0, [0, 0], [4, 4], { old: 3 }],
    [4, 0, 1, [0, 0], [3, 3], { new: 1 }],
    [4, 4, 0, [0, 0], [4, 4], { new: 4 }],
    // Old ones that do not run go first, and are no loss.
    [4, 1, 0, [1, 0], [4, 2], { old: 4 }],
    [4, 1, 1, [1, 0], [4, 2], { old: 3 }],
    // The status is behind: one of the five is going already.
    [5, "25%", "25%", [3, 0], [4, 5], {}],
    [3, 1, 0, [4, 3], [0, 0], { new: 3 }],
    [4, 1, 0, [4, 4], [0, 0], {}],
  ])("of %i with surge %s, unavailable %s: new %j, old %j", (...given) => {
    const [replicas, surge, unavailable, current, old, expected] = given;
    const wanted = deployment(replicas, surge, unavailable);
    const sets = { current: set("new", ...current), old: [set("old", ...old)] };
    const next = sizes(rollingStep(wanted, sets));
    expect({ ...(expected.old === old[0] ? { old: old[0] } : {}), ...next }).toEqual(expected);
  });
});

it("recreating is down before up", () => {
  const wanted = deployment(2, 0, 0);
  const current = set("new", 0, 0);
  expect(sizes(recreateStep(wanted, { current, old: [set("old", 2, 2)] }))).toEqual({ old: 0 });
  expect(sizes(recreateStep(wanted, { current, old: [set("old", 0, 0)] }))).toEqual({ new: 2 });
});

describe("another number of replicas in the middle of a rollout", () => {
  it.each<[number, ReplicaSetObject[], Record<string, number>]>([
    [8, [set("new", 2, 0, 5), set("old", 3, 3, 5)], { old: 6, new: 4 }],
    [2, [set("new", 2, 0, 5), set("old", 3, 3, 5)], { old: 2, new: 1 }],
    [6, [set("new", 0, 0), set("old", 4, 4)], { old: 6 }],
    [6, [set("new", 0, 0)], { new: 6 }],
  ])("to %i", (replicas, sets, expected) => {
    expect(sizes(proportionalStep(deployment(replicas, "25%", 0), sets))).toEqual(expected);
  });
});
