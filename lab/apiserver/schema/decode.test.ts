import { describe, expect, it } from "vitest";
import { builtinSchema } from "./builtin.ts";
import { decodeBySchema } from "./decode.ts";

const pod = builtinSchema("", "Pod");

describe("decoding by schema", () => {
  it("hands back the very value that needs nothing", () => {
    const value = { metadata: { name: "a" }, spec: { containers: [{ name: "c" }] } };
    expect(decodeBySchema(value, pod)).toEqual({ value, unknownFields: [], problem: undefined });
    expect(decodeBySchema(value, pod).value).toBe(value);
  });

  it("leaves out what is unknown, and names it", () => {
    const value = { extra: 1, spec: { containers: [{ name: "c", img: "x", image: "y" }] } };
    expect(decodeBySchema(value, pod)).toMatchObject({
      value: { spec: { containers: [{ name: "c", image: "y" }] } },
      unknownFields: ["extra", "spec.containers[0].img"],
    });
  });

  it("reads null as absent, and numbers as quantities", () => {
    const value = {
      metadata: { name: "a", labels: null },
      spec: { containers: [{ name: "c", resources: { limits: { cpu: 2, memory: "1Gi" } } }] },
    };
    expect(decodeBySchema(value, pod).value).toEqual({
      metadata: { name: "a" },
      spec: { containers: [{ name: "c", resources: { limits: { cpu: "2", memory: "1Gi" } } }] },
    });
  });

  it.each([
    [{ spec: 1 }, "spec", "object", "integer"],
    [{ spec: { containers: {} } }, "spec.containers", "list", "object"],
    [{ spec: { containers: [null] } }, "spec.containers[0]", "object", "null"],
    [{ spec: { hostNetwork: "yes" } }, "spec.hostNetwork", "boolean", "string"],
    [{ spec: { priority: 1.5 } }, "spec.priority", "integer", "number"],
    [{ metadata: { labels: { a: 1 } } }, "metadata.labels.a", "string", "integer"],
    [{ metadata: { creationTimestamp: 1 } }, "metadata.creationTimestamp", "string", "integer"],
  ])("%j has a wrong type at %s", (value, path, expected, found) => {
    expect(decodeBySchema(value, pod).problem).toEqual({ path, expected, found });
  });

  it("keeps what has no fixed form", () => {
    const definition = builtinSchema("apiextensions.k8s.io", "CustomResourceDefinition");
    const schema = { type: "object", default: { a: null }, properties: { b: { items: {} } } };
    const value = { spec: { versions: [{ name: "v1", schema: { openAPIV3Schema: schema } }] } };
    expect(decodeBySchema(value, definition).unknownFields).toEqual([]);
    expect(decodeBySchema(value, definition).value).toEqual(value);
  });
});
