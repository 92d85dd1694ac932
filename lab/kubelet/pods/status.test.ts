import { expect, test } from "vitest";
import type { PodStatus } from "../contract.ts";
import { qosClass } from "./qos.ts";
import { restored } from "./restore.ts";
import { podStatus } from "./status.ts";
import { named, type StateWords, testPod, testState } from "./testing.ts";

const nowMs = Date.parse("2030-01-01T00:00:09Z");
const statusOf = (state: StateWords): PodStatus =>
  podStatus(testState(state), ["172.30.0.2"], nowMs);
/** Types of the conditions that are true. */
const conditions = ({ conditions: all = [] }: PodStatus): string =>
  all
    .filter(({ status }) => status === "True")
    .map(({ type }) => type)
    .join(" ");

const scheduled = "PodScheduled";
const network = "PodReadyToStartContainers";
const init = { initContainers: named("i") };
const never = { restartPolicy: "Never" } as const;

test.each<[string, StateWords, string, string]>([
  ["without a sandbox", { sandbox: "none" }, "Pending", `Initialized ${scheduled}`],
  ["starting", { containers: { a: "starting" } }, "Pending", `${network} Initialized ${scheduled}`],
  [
    "running, not ready",
    { containers: { a: "running" } },
    "Running",
    `${network} Initialized ${scheduled}`,
  ],
  [
    "ready",
    { containers: { a: "ready" } },
    "Running",
    `${network} Initialized Ready ContainersReady ${scheduled}`,
  ],
  [
    "one of two has not begun",
    { spec: { containers: named("a", "b") }, containers: { a: "ready" } },
    "Pending",
    `${network} Initialized ${scheduled}`,
  ],
  [
    "init containers run",
    { spec: init, containers: { i: "running" } },
    "Pending",
    `${network} ${scheduled}`,
  ],
  [
    "between restarts",
    { containers: { a: "exit 1 held" } },
    "Running",
    `${network} Initialized ${scheduled}`,
  ],
  [
    "ended well",
    { spec: never, sandbox: "removed", containers: { a: "exit 0" } },
    "Succeeded",
    `Initialized ${scheduled}`,
  ],
  [
    "ended badly",
    { spec: never, sandbox: "removed", containers: { a: "exit 1" } },
    "Failed",
    `Initialized ${scheduled}`,
  ],
  [
    "init ended badly",
    { spec: { ...init, ...never }, containers: { i: "exit 1" } },
    "Failed",
    `${network} ${scheduled}`,
  ],
  [
    "past its deadline, and still running",
    { failure: { reason: "DeadlineExceeded", message: "m" }, containers: { a: "stopping" } },
    "Running",
    `${network} Initialized ${scheduled}`,
  ],
])("%s", (_, state, phase, isTrue) => {
  const status = statusOf(state);
  expect(status.phase).toBe(phase);
  expect(conditions(status)).toBe(isTrue);
});

test("reasons that people look for", () => {
  const [ready] = (
    statusOf({ spec: { containers: named("a", "b") }, containers: { a: "ready", b: "running" } })
      .conditions ?? []
  ).filter(({ type }) => type === "Ready");
  expect(ready).toMatchObject({
    status: "False",
    reason: "ContainersNotReady",
    message: "containers with unready status: [b]",
  });
  const held = statusOf({ containers: { a: "exit 1 held" } }).containerStatuses?.[0];
  expect(held).toMatchObject({
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode: 1, reason: "Error" } },
  });
  const waiting = statusOf({ spec: init, containers: {} });
  expect(waiting.containerStatuses?.[0]?.state.waiting?.reason).toBe("PodInitializing");
  expect(statusOf({}).containerStatuses?.[0]?.state.waiting?.reason).toBe("ContainerCreating");
});

test("a readiness gate holds the pod back", () => {
  const spec = { readinessGates: [{ conditionType: "example.com/lb" }] };
  const state = testState({ spec, containers: { a: "ready" } });
  const ready = (told: PodStatus): object | undefined =>
    podStatus({ ...state, pod: { ...state.pod, status: told } }, [], nowMs).conditions?.find(
      ({ type }) => type === "Ready",
    );
  expect(ready({})).toMatchObject({ status: "False", reason: "ReadinessGatesNotReady" });
  const passed = { conditions: [{ type: "example.com/lb", status: "True" }] } as const;
  expect(ready(passed)).toMatchObject({ status: "True" });
});

test("a condition keeps the time of its last change", () => {
  const state = testState({ containers: { a: "ready" } });
  const before = "2029-12-31T00:00:00Z";
  const told = {
    conditions: [
      { type: "Initialized", status: "True", lastTransitionTime: before },
      { type: "Ready", status: "False", lastTransitionTime: before },
    ],
  } as const;
  const now = podStatus({ ...state, pod: { ...state.pod, status: told } }, [], nowMs);
  const since = Object.fromEntries(
    (now.conditions ?? []).map((one) => [one.type, one.lastTransitionTime]),
  );
  expect(since).toMatchObject({ Initialized: before, Ready: "2030-01-01T00:00:09Z" });
});

test("a pod of before a restart of the node starts anew, and keeps its counts", () => {
  const status = statusOf({ containers: { a: "ready" } });
  const state = restored({ ...testPod(), status }, nowMs);
  expect(state.containers.get("a")).toMatchObject({
    phase: { kind: "exited", end: { exitCode: 255, reason: "Unknown" } },
    restartCount: 0,
  });
  expect(restored(testPod(), nowMs)).toMatchObject({
    sandbox: { kind: "none" },
    startedAtMs: nowMs,
  });
});

test.each([
  [{}, "BestEffort"],
  [{ requests: { cpu: "1" } }, "Burstable"],
  [{ limits: { cpu: "1", memory: "1Gi" } }, "Guaranteed"],
  [{ limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } }, "Burstable"],
])("quality of service of %j: %s", (resources, expected) => {
  expect(qosClass({ containers: [{ name: "a", resources }] })).toBe(expected);
});
