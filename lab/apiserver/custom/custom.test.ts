import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer, KubeObject } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { request } from "../testing.ts";
import type { JsonSchema } from "./contract.ts";
import { withDefaults } from "./defaults.ts";
import { schemaProblems } from "./validation.ts";

const spec = {
  group: "example.com",
  scope: "Namespaced",
  names: { plural: "things", kind: "Thing" },
  versions: [
    {
      name: "v1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: {
              type: "object",
              properties: { size: { type: "integer", default: 1 }, label: { type: "string" } },
            },
          },
        },
      },
    },
  ],
};

const reference = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: "things.example.com",
};

function definition(changes: object = {}, name = reference.name): KubeObject {
  const { apiVersion, kind } = reference;
  return { apiVersion, kind, metadata: { name }, spec: { ...spec, ...changes } };
}

function thing(name: string, given: object = {}, finalizers: readonly string[] = []): KubeObject {
  const metadata = { name, finalizers };
  return { apiVersion: "example.com/v1", kind: "Thing", metadata, spec: given };
}

let server: ApiServer;

beforeEach(() => {
  server = createApiServer();
});

afterEach(() => server.close());

describe("a definition", () => {
  it("adds its resource at once, and says so", async () => {
    expect(() => server.objects.create(thing("a"))).toThrowError("no matches for kind");
    server.objects.create(definition());
    expect(server.objects.create(thing("a", { extra: 1 })).object.spec).toEqual({ size: 1 });
    await server.settled();
    expect(server.objects.get(reference)?.object).toMatchObject({
      spec: { names: { singular: "thing", listKind: "ThingList" } },
      status: {
        acceptedNames: { kind: "Thing" },
        conditions: [
          { type: "NamesAccepted", status: "True" },
          { type: "Established", status: "True" },
        ],
        storedVersions: ["v1"],
      },
    });
  });

  it("is in discovery and in OpenAPI as long as it lasts", async () => {
    await server.listen({ host: "127.0.0.1", port: 0 });
    const before = await request(`${server.url}/openapi/v3`);
    server.objects.create(definition());
    const { body } = await request(`${server.url}/apis/example.com/v1`);
    const after = await request(`${server.url}/openapi/v3`);
    const path = "apis/example.com/v1";
    const document = await request(server.url + after.body.paths[path].serverRelativeURL);
    expect(body.resources).toMatchObject([{ name: "things", kind: "Thing" }]);
    expect(before.body.paths).not.toHaveProperty([path]);
    expect(document.body.components.schemas["com.example.v1.Thing"]).toMatchObject({
      properties: { spec: { properties: { size: { type: "integer" } } } },
      "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "Thing" }],
    });
    server.objects.delete(reference);
    await server.settled();
    expect((await request(`${server.url}/apis/example.com/v1`)).code).toBe(404);
  });

  it("takes its objects with it, once nothing holds them", async () => {
    server.objects.create(definition());
    server.objects.create(thing("held", {}, ["example.com/hold"]));
    server.objects.create(thing("free"));
    server.objects.delete(reference);
    await server.settled();
    expect(server.objects.get(reference)).toBeDefined();
    expect(server.objects.list(thing("")).map(({ object }) => object.metadata.name)).toEqual([
      "held",
    ]);
    server.objects.replace(thing("held"));
    await server.settled();
    expect(server.objects.get(reference)).toBeUndefined();
  });

  it("can change its schema and its versions", () => {
    server.objects.create(definition());
    server.objects.create(thing("a", { size: 2 }));
    const v2 = {
      name: "v2",
      served: true,
      storage: false,
      schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    };
    server.objects.replace(definition({ versions: [...spec.versions, v2] }));
    const second = { ...thing("a"), apiVersion: "example.com/v2" };
    expect(server.objects.get({ ...second, ...second.metadata })?.object).toMatchObject({
      apiVersion: "example.com/v2",
      spec: { size: 2 },
    });
    server.objects.replace({ ...second, spec: { size: "large", more: true } });
    expect(server.objects.get({ ...thing("a"), name: "a" })?.object).toMatchObject({
      apiVersion: "example.com/v1",
      spec: { size: "large", more: true },
    });
  });

  it("goes with its namespace's objects", async () => {
    server.objects.create(definition());
    server.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const object = thing("a");
    server.objects.create({ ...object, metadata: { name: "a", namespace: "shop" } });
    server.objects.delete({ apiVersion: "v1", kind: "Namespace", name: "shop" });
    await server.settled();
    expect(server.objects.list(object)).toEqual([]);
    expect(
      server.objects.get({ apiVersion: "v1", kind: "Namespace", name: "shop" }),
    ).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ["another name", definition({}, "other.example.com"), "must be spec.names.plural"],
    ["no scope", definition({ scope: "Everywhere" }), "spec.scope"],
    ["no kind", definition({ names: { plural: "things" } }), "spec.names.kind"],
    ["no group", definition({ group: "" }), "spec.group"],
    ["no stored version", definition({ versions: [] }), "exactly one version"],
    ["no schema", definition({ versions: [{ name: "v1", storage: true }] }), "openAPIV3Schema"],
  ])("with %s is refused", (_what, wrong, message) => {
    expect(() => server.objects.create(wrong as KubeObject)).toThrowError(message);
  });

  it("keeps its kind for life", () => {
    server.objects.create(definition());
    const other = definition({ names: { plural: "things", kind: "Other" } });
    expect(() => server.objects.replace(other)).toThrowError("immutable");
  });
});

describe("defaults", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: {
      a: { type: "integer", default: 1 },
      b: { type: "object", default: {}, properties: { c: { type: "string", default: "x" } } },
      d: { type: "array", items: { type: "object", properties: { e: { default: true } } } },
      f: { type: "object", additionalProperties: { properties: { g: { default: 2 } } } },
    },
  };

  it.each([
    [{}, { a: 1, b: { c: "x" } }],
    [
      { a: 5, b: { c: "y" } },
      { a: 5, b: { c: "y" } },
    ],
    [{ d: [{}, { e: false }] }, { a: 1, b: { c: "x" }, d: [{ e: true }, { e: false }] }],
    [{ f: { k: {} } }, { a: 1, b: { c: "x" }, f: { k: { g: 2 } } }],
  ])("%j becomes %j", (given, expected) => {
    expect(withDefaults(given, schema)).toEqual(expected);
  });
});

describe("rules", () => {
  it.each<[JsonSchema, unknown, string]>([
    [{ enum: ["a", "b"] }, "c", 'Unsupported value: "c"'],
    [{ minLength: 2 }, "c", "at least 2 chars"],
    [{ maxLength: 2 }, "ccc", "more than 2"],
    [{ pattern: "^a" }, "b", "should match '^a'"],
    [{ minimum: 1 }, 0, "greater than or equal to 1"],
    [{ minimum: 1, exclusiveMinimum: true }, 1, "greater than"],
    [{ maximum: 1 }, 2, "less than or equal to 1"],
    [{ minItems: 1 }, [], "at least 1 items"],
    [{ maxItems: 1 }, [1, 2], "at most 1 items"],
    [{ items: { maximum: 1 } }, [1, 2], "less than"],
    [{ required: ["a"] }, {}, "Required value"],
    [{ properties: { a: { maximum: 1 } } }, { a: 2 }, "less than"],
    [{ additionalProperties: { maximum: 1 } }, { b: 2 }, "less than"],
  ])("%j is broken by %j", (schema, value, message) => {
    const [problem, ...others] = schemaProblems(value, schema);
    expect(problem?.message).toContain(message);
    expect(others).toEqual([]);
  });

  it.each<[JsonSchema, unknown]>([
    [{ enum: ["a"], minLength: 1, maxLength: 1, pattern: "a" }, "a"],
    [{ minimum: 1, maximum: 1 }, 1],
    [{ minItems: 1, maxItems: 1, items: { minimum: 1 } }, [1]],
    [
      { required: ["a"], properties: { a: { minimum: 1 } } },
      { a: 1, b: 0 },
    ],
  ])("%j is kept by %j", (schema, value) => {
    expect(schemaProblems(value, schema)).toEqual([]);
  });
});
