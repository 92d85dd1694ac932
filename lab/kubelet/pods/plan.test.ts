import { expect, test } from "vitest";
import { nextBackOff, restartAtMs } from "./back-off.ts";
import type { Action } from "./contract.ts";
import { plan } from "./plan.ts";
import { named, type StateWords, testState } from "./testing.ts";

const nowMs = 2000;

/** Actions as words. */
function words(action: Action): string {
  if (action.kind === "start")
    return `start ${action.container}${action.backOff ? ` then ${action.backOff.pauseMs}` : ""}`;
  if (action.kind === "stop") return `stop ${action.container}`;
  if (action.kind === "hold-back") return `hold ${action.container} until ${action.untilMs}`;
  if (action.kind === "wake") return `wake ${action.atMs}`;
  return action.kind;
}

const deleted = { metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } };
const twoInits = { spec: { initContainers: named("i", "j") } };
const sidecar = { spec: { initContainers: named("+s", "i") } };

test.each<[string, StateWords, readonly string[]]>([
  ["a new pod gets a sandbox", { sandbox: "none" }, ["make-sandbox"]],
  ["one that is being made is waited for", { sandbox: "making" }, []],
  [
    "containers start beside one another",
    { spec: { containers: named("a", "b") } },
    ["start a", "start b"],
  ],
  ["what is starting is not started again", { containers: { a: "starting" } }, []],
  ["what runs is left alone", { containers: { a: "ready" } }, []],
  ["the first restart is at once", { containers: { a: "exit 1" } }, ["start a then 10000"]],
  [
    "the second is held back",
    { containers: { a: "exit 1 again" } },
    ["hold a until 11000", "wake 11000"],
  ],
  ["Always: success starts again as well", { containers: { a: "exit 0" } }, ["start a then 10000"]],
  [
    "OnFailure: failure starts again",
    { spec: { restartPolicy: "OnFailure" }, containers: { a: "exit 1" } },
    ["start a then 10000"],
  ],
  [
    "OnFailure: success is the end",
    { spec: { restartPolicy: "OnFailure" }, containers: { a: "exit 0" } },
    ["remove-sandbox"],
  ],
  [
    "Never: failure is the end",
    { spec: { restartPolicy: "Never" }, containers: { a: "exit 1" } },
    ["remove-sandbox"],
  ],
  [
    "one that has ended does not end the pod",
    {
      spec: { restartPolicy: "Never", containers: named("a", "b") },
      containers: { a: "exit 1", b: "ready" },
    },
    [],
  ],
  ["init containers come first, one by one", twoInits, ["start i"]],
  ["the next after the one before", { ...twoInits, containers: { i: "exit 0" } }, ["start j"]],
  [
    "one that fails is tried again",
    { ...twoInits, containers: { i: "exit 1" } },
    ["start i then 10000"],
  ],
  ["then the others", { ...twoInits, containers: { i: "exit 0", j: "exit 0" } }, ["start a"]],
  [
    "an init container that fails ends a pod that restarts nothing",
    { spec: { ...twoInits.spec, restartPolicy: "Never" }, containers: { i: "exit 1" } },
    ["remove-sandbox"],
  ],
  [
    "a sidecar has to have started before the next",
    { ...sidecar, containers: { s: "running" } },
    [],
  ],
  ["and then stays beside it", { ...sidecar, containers: { s: "ready" } }, ["start i"]],
  [
    "a sidecar that ends starts again",
    { ...sidecar, isInitialized: true, containers: { s: "exit 0", i: "exit 0", a: "ready" } },
    ["start s then 10000"],
  ],
  [
    "sidecars end behind the others",
    {
      ...sidecar,
      ...deleted,
      isInitialized: true,
      containers: { s: "ready", i: "exit 0", a: "ready" },
    },
    ["stop a"],
  ],
  [
    "once those have ended",
    {
      ...sidecar,
      ...deleted,
      isInitialized: true,
      containers: { s: "ready", i: "exit 0", a: "exit 0" },
    },
    ["stop s"],
  ],
  [
    "sidecars end a pod that is done",
    {
      spec: { ...sidecar.spec, restartPolicy: "Never" },
      isInitialized: true,
      containers: { s: "ready", i: "exit 0", a: "exit 0" },
    },
    ["stop s"],
  ],
  ["a pod that is deleted ends", { ...deleted, containers: { a: "ready" } }, ["stop a"]],
  ["what is ending is waited for", { ...deleted, containers: { a: "stopping" } }, []],
  ["what is starting is waited for", { ...deleted, containers: { a: "starting" } }, []],
  ["then its sandbox goes", { ...deleted, containers: { a: "exit 0" } }, ["remove-sandbox"]],
  ["which is waited for", { ...deleted, sandbox: "removing" }, []],
  ["and the API forgets it", { ...deleted, sandbox: "removed" }, ["forget"]],
  ["one that never began is forgotten at once", { ...deleted, sandbox: "none" }, ["forget"]],
  [
    "a pod that has failed ends",
    { failure: { reason: "R", message: "m" }, containers: { a: "ready" } },
    ["stop a"],
  ],
  [
    "a deadline that is to come",
    { spec: { activeDeadlineSeconds: 5 }, containers: { a: "ready" } },
    ["wake 5000"],
  ],
  [
    "a deadline that is over",
    { spec: { activeDeadlineSeconds: 1 }, containers: { a: "ready" } },
    ["fail"],
  ],
])("%s", (_, state, expected) => {
  expect(plan(testState(state), nowMs, 10_000).map(words)).toEqual(expected);
});

test("pauses double up to five minutes, and are forgotten after ten without a crash", () => {
  let backOff = nextBackOff(undefined, 0, 10_000);
  const pauses = [backOff.pauseMs];
  let endedAtMs = 0;
  for (let crash = 0; crash < 6; crash++) {
    endedAtMs = restartAtMs(backOff, endedAtMs) + 1;
    backOff = nextBackOff(backOff, endedAtMs, 10_000);
    pauses.push(backOff.pauseMs);
  }
  expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  expect(restartAtMs(backOff, endedAtMs + 600_001)).toBe(endedAtMs + 600_001);
  expect(nextBackOff(backOff, endedAtMs + 600_001, 10_000).pauseMs).toBe(10_000);
});
