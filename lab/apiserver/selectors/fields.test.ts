import { describe, expect, it } from "vitest";
import type { KubeObject } from "../contract.ts";
import { builtinRows } from "../resources/rows.ts";
import { ResourceTable } from "../resources/table.ts";
import { matchesFields, parseFieldSelector } from "./fields.ts";

const table = new ResourceTable(builtinRows);

function rowOf(kind: string) {
  const row = table.byKind("v1", kind);
  if (row === undefined) throw new Error(`no row for ${kind}`);
  return row;
}

const pod: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-0", namespace: "shop" },
  spec: { nodeName: "a=b,c" },
  status: { phase: "Running" },
};

describe("field selectors", () => {
  it.each([
    ["", true],
    ["metadata.name=web-0", true],
    ["metadata.name==web-0", true],
    ["metadata.name!=web-0", false],
    ["metadata.namespace=shop", true],
    ["status.phase=Running,metadata.namespace!=data", true],
    ["status.phase!=Running", false],
    ["spec.nodeName=a\\=b\\,c", true],
    ["spec.hostNetwork=false", true],
    ["status.podIP=", true],
  ])("%j on a Pod is %s", (selector, expected) => {
    expect(matchesFields(parseFieldSelector(selector, rowOf("Pod")), pod)).toBe(expected);
  });

  it.each([
    ["spec.image=x", "Pod", "field label not supported for Pod: spec.image"],
    ["metadata.namespace=x", "Node", "field label not supported for Node"],
    ["metadata.name", "Pod", "is no field=value"],
  ])("%j on %s is refused", (selector, kind, message) => {
    expect(() => parseFieldSelector(selector, rowOf(kind))).toThrowError(message);
  });
});
