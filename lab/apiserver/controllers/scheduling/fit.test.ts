import { describe, expect, it } from "vitest";
import type { NodeObject, PodSpec, Taint } from "../../kinds/types.ts";
import { misfit, unschedulableMessage } from "./fit.ts";

const labels = { zone: "a", cores: "4" };

function node(spec: NodeObject["spec"] = {}): NodeObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name: "n1", labels }, spec };
}

function affinity(operator: string, values: string[], key = "zone"): PodSpec {
  const matchExpressions = [{ key, operator, values }];
  return { affinity: { nodeAffinity: required({ matchExpressions }) } };
}

function required(...nodeSelectorTerms: object[]) {
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
}

const noMatch = "node(s) didn't match Pod's node affinity/selector";
const gpu: Taint = { key: "gpu", value: "yes", effect: "NoSchedule" };
const tainted = node({ taints: [gpu] });
const untolerated = "node(s) had untolerated taint {gpu: yes}";

describe("a pod on a node", () => {
  it.each<[string, PodSpec, NodeObject, string | undefined]>([
    ["without wishes", {}, node(), undefined],
    ["that is cordoned", {}, node({ unschedulable: true }), "node(s) were unschedulable"],
    [
      "that is cordoned, tolerated",
      { tolerations: [{ operator: "Exists" }] },
      node({ unschedulable: true }),
      undefined,
    ],
    ["with the label", { nodeSelector: { zone: "a" } }, node(), undefined],
    ["with another label", { nodeSelector: { zone: "b" } }, node(), noMatch],
    ["in", affinity("In", ["a", "b"]), node(), undefined],
    ["not in", affinity("NotIn", ["a"]), node(), noMatch],
    ["not in, absent", affinity("NotIn", ["a"], "disk"), node(), undefined],
    ["exists", affinity("Exists", []), node(), undefined],
    ["does not exist", affinity("DoesNotExist", []), node(), noMatch],
    ["greater", affinity("Gt", ["3"], "cores"), node(), undefined],
    ["less", affinity("Lt", ["3"], "cores"), node(), noMatch],
    ["a term without requirements", { affinity: { nodeAffinity: required({}) } }, node(), noMatch],
    [
      "one term of two",
      {
        affinity: {
          nodeAffinity: required(
            { matchExpressions: [{ key: "zone", operator: "In", values: ["b"] }] },
            { matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] },
          ),
        },
      },
      node(),
      undefined,
    ],
    ["tainted", {}, tainted, untolerated],
    ["tainted, equal", { tolerations: [{ key: "gpu", value: "yes" }] }, tainted, undefined],
    [
      "tainted, another value",
      { tolerations: [{ key: "gpu", value: "no" }] },
      tainted,
      untolerated,
    ],
    [
      "tainted, another effect",
      { tolerations: [{ key: "gpu", operator: "Exists", effect: "NoExecute" }] },
      tainted,
      untolerated,
    ],
    [
      "with a preference",
      {},
      node({ taints: [{ ...gpu, effect: "PreferNoSchedule" }] }),
      undefined,
    ],
  ])("%s", (_what, spec, given, expected) => {
    expect(misfit(spec, given)).toBe(expected);
  });
});

it("the reasons are counted", () => {
  expect(unschedulableMessage([])).toBe("no nodes available to schedule pods");
  expect(unschedulableMessage([noMatch, untolerated, noMatch])).toBe(
    `0/3 nodes are available: 1 ${untolerated}, 2 ${noMatch}.`,
  );
});
