import { describe, expect, it } from "vitest";
import { builtinSchema } from "../schema/builtin.ts";
import { PatchProblem } from "./json-patch.ts";
import { strategicMergePatch } from "./strategic.ts";

const pod = builtinSchema("", "Pod");
const deployment = builtinSchema("apps", "Deployment");

/** Patches the spec of a pod. */
function patched(spec: unknown, patch: unknown): unknown {
  const result = strategicMergePatch({ spec }, { spec: patch }, pod) as { spec: unknown };
  return result.spec;
}

const a = { name: "a", image: "one" };
const b = { name: "b", image: "two" };
const c = { name: "c", image: "three" };

describe("strategic merge patches", () => {
  it.each<[string, unknown, unknown, unknown]>([
    ["set a value", { hostname: "x" }, { hostname: "y" }, { hostname: "y" }],
    ["remove one", { hostname: "x", subdomain: "s" }, { hostname: null }, { subdomain: "s" }],
    [
      "merge items by key",
      { containers: [a, b] },
      { containers: [{ name: "b", image: "new" }, c] },
      { containers: [a, { name: "b", image: "new" }, c] },
    ],
    [
      "merge within items",
      { containers: [{ ...a, env: [{ name: "X", value: "1" }] }] },
      { containers: [{ name: "a", env: [{ name: "Y", value: "2" }] }] },
      {
        containers: [
          {
            ...a,
            env: [
              { name: "X", value: "1" },
              { name: "Y", value: "2" },
            ],
          },
        ],
      },
    ],
    [
      "delete an item",
      { containers: [a, b] },
      { containers: [{ name: "a", $patch: "delete" }] },
      { containers: [b] },
    ],
    [
      "replace an item",
      { containers: [{ ...a, workingDir: "/" }] },
      { containers: [{ ...a, $patch: "replace" }] },
      { containers: [a] },
    ],
    [
      "replace a list",
      { containers: [a, b] },
      { containers: [c, { $patch: "replace" }] },
      { containers: [c] },
    ],
    [
      "replace lists without a key",
      { tolerations: [{ key: "a" }] },
      { tolerations: [{ key: "b" }] },
      { tolerations: [{ key: "b" }] },
    ],
    [
      "replace an object",
      { dnsConfig: { searches: ["x"], nameservers: ["1.1.1.1"] } },
      { dnsConfig: { $patch: "replace", searches: ["y"] } },
      { dnsConfig: { searches: ["y"] } },
    ],
    [
      "empty an object",
      { nodeSelector: { a: "b" } },
      { nodeSelector: { $patch: "delete" } },
      { nodeSelector: {} },
    ],
    [
      "keep the order asked for, others behind those that they followed",
      { containers: [a, b, c] },
      {
        "$setElementOrder/containers": [{ name: "c" }, { name: "a" }],
        containers: [{ name: "c", image: "new" }],
      },
      { containers: [b, { name: "c", image: "new" }, a] },
    ],
    [
      "reorder alone",
      { containers: [a, b] },
      { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
      { containers: [b, a] },
    ],
    [
      "keep one volume source",
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
      { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
    ],
    [
      "leave directives out of what is new",
      {},
      { volumes: [{ name: "v", $retainKeys: ["name"], hostPath: null }] },
      { volumes: [{ name: "v" }] },
    ],
    ["add what is not there", {}, { containers: [a] }, { containers: [a] }],
  ])("%s", (_what, spec, patch, expected) => {
    expect(patched(spec, patch)).toEqual(expected);
  });

  it.each([
    ["add", ["a"], { finalizers: ["b", "a"] }, ["a", "b"]],
    ["take out", ["a", "b"], { "$deleteFromPrimitiveList/finalizers": ["a"] }, ["b"]],
    [
      "exchange in order",
      ["a", "b"],
      {
        "$deleteFromPrimitiveList/finalizers": ["a"],
        "$setElementOrder/finalizers": ["c", "b"],
        finalizers: ["c"],
      },
      ["c", "b"],
    ],
  ])("%s scalars of a set", (_what, finalizers, patch, expected) => {
    const target = { metadata: { finalizers } };
    expect(strategicMergePatch(target, { metadata: patch }, pod)).toEqual({
      metadata: { finalizers: expected },
    });
  });

  it("look through templates", () => {
    const target = { spec: { template: { spec: { containers: [a] } } } };
    const patch = { spec: { template: { spec: { containers: [b] } } } };
    expect(strategicMergePatch(target, patch, deployment)).toEqual({
      spec: { template: { spec: { containers: [a, b] } } },
    });
  });

  it.each<[string, unknown]>([
    ["an item without its key", { containers: [{ image: "x" }] }],
    ["an item that is none", { containers: ["x"] }],
    ["an order that is no list", { "$setElementOrder/containers": "x", containers: [a] }],
    ["an unknown directive", { dnsConfig: { $patch: "burn" } }],
  ])("refuse %s", (_what, patch) => {
    expect(() => patched({ containers: [a], dnsConfig: {} }, patch)).toThrowError(PatchProblem);
  });
});
