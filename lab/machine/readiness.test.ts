import { expect, test } from "vitest";
import { readinessOf, type SystemPod } from "./readiness.ts";

const status = (ready: boolean) => ({
  conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
});
const node = (name: string, ready: boolean) => ({ metadata: { name }, status: status(ready) });
const pod = (app: string, nodeName: string, ready: boolean): SystemPod => ({
  metadata: { labels: { "k8s-app": app } },
  spec: { nodeName },
  status: status(ready),
});

test("nothing is there yet", () => {
  const empty = { nodes: [], pods: [] };
  expect(readinessOf(["node1"], empty)).toEqual({ reached: [], isComplete: false });
});

test("half-way", () => {
  const cluster = {
    nodes: [node("node1", true), node("node2", false)],
    pods: [
      pod("fairlead-node", "node1", true),
      pod("fairlead-node", "node2", false),
      pod("kube-dns", "node1", true),
    ],
  };
  expect(readinessOf(["node1", "node2"], cluster)).toEqual({
    reached: ["node1 is Ready", "fairlead node serves node1"],
    isComplete: false,
  });
});

test("everything", () => {
  const cluster = {
    nodes: [node("node1", true)],
    pods: [
      pod("fairlead-node", "node1", true),
      pod("kube-dns", "node1", true),
      pod("kube-dns", "node1", true),
    ],
  };
  expect(readinessOf(["node1"], cluster)).toEqual({
    reached: ["node1 is Ready", "fairlead node serves node1", "DNS pods are Ready (2)"],
    isComplete: true,
  });
});
