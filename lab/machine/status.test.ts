import { expect, test } from "vitest";
import { podRow } from "./status.ts";

const pod = (status: object, metadata: object = {}) =>
  podRow({
    metadata: { namespace: "shop", name: "web", ...metadata },
    spec: { nodeName: "node1", containers: [{}, {}] },
    status,
  });
const ready = { conditions: [{ type: "Ready", status: "True" }] };
const container = (isReady: boolean, reason?: string) => ({
  ready: isReady,
  state: reason === undefined ? {} : { waiting: { reason } },
});

test.each([
  [
    "runs",
    pod({
      phase: "Running",
      podIP: "10.244.0.2",
      ...ready,
      containerStatuses: [container(true), container(true)],
    }),
    { ready: "2/2", phase: "Running", ip: "10.244.0.2", node: "node1", isWell: true },
  ],
  [
    "one of its containers waits",
    pod({
      phase: "Running",
      containerStatuses: [container(true), container(false, "ImagePullBackOff")],
    }),
    { ready: "1/2", phase: "ImagePullBackOff", isWell: false },
  ],
  ["is new", pod({}), { ready: "0/2", phase: "Pending", ip: "", isWell: false }],
  ["has done its work", pod({ phase: "Succeeded" }), { phase: "Succeeded", isWell: true }],
  [
    "is on its way out",
    pod({ phase: "Running", ...ready }, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    { phase: "Terminating", isWell: false },
  ],
])("a pod that %s", (_, row, expected) => {
  expect(row).toMatchObject({ namespace: "shop", name: "web", ...expected });
});
