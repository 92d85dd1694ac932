import { describe, expect, it } from "vitest";
import type { KubeObject } from "../contract.ts";
import { builtinSchema } from "../schema/builtin.ts";
import { FieldSet } from "./field-set.ts";
import { fromFieldsV1, showPath, toFieldsV1 } from "./fields-v1.ts";
import { applyConfiguration, createConfiguration, recordUpdate, type Writing } from "./record.ts";

const schema = builtinSchema("", "Service");

function by(name: string, operation: "Apply" | "Update" = "Apply", now = "t1"): Writing {
  const ignores = fromFieldsV1({ "f:status": {} });
  return { who: { name, operation, apiVersion: "v1", subresource: "" }, schema, ignores, now };
}

function service(spec: object, labels?: Readonly<Record<string, string>>): KubeObject {
  const metadata = { name: "web", ...(labels === undefined ? {} : { labels }) };
  return { apiVersion: "v1", kind: "Service", metadata, spec };
}

function apply(
  present: KubeObject | undefined,
  configuration: KubeObject,
  who: Writing,
  force = false,
): KubeObject {
  return present === undefined
    ? createConfiguration(configuration, who)
    : applyConfiguration(present, configuration, who, force);
}

/** "name operation" of each manager with its fields. */
function owners(object: KubeObject): Readonly<Record<string, unknown>> {
  const entries = (object.metadata.managedFields ?? []) as {
    manager: string;
    operation: string;
    fieldsV1: unknown;
  }[];
  return Object.fromEntries(
    entries.map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1]),
  );
}

const http = { name: "http", port: 80, protocol: "TCP" };
const metrics = { name: "metrics", port: 9090, protocol: "TCP" };
const portFields = { ".": {}, "f:name": {}, "f:port": {}, "f:protocol": {} };
const portStep = (port: number) => `f:ports.k:{"port":${port},"protocol":"TCP"}`;

describe("an update", () => {
  it("gives its writer what it sets, containers included, but for identity and the parts of an object", () => {
    const made = recordUpdate(
      undefined,
      service({ selector: { app: "web" }, ports: [http] }, { a: "b" }),
      by("kubectl", "Update"),
    );
    expect(owners(made)).toEqual({
      "kubectl Update": {
        "f:metadata": { "f:labels": { ".": {}, "f:a": {} } },
        "f:spec": {
          "f:ports": { ".": {}, 'k:{"port":80,"protocol":"TCP"}': portFields },
          "f:selector": {},
        },
      },
    });
  });

  it("takes what it changes from others, and what it removes from everyone", () => {
    const made = apply(undefined, service({ type: "ClusterIP", ports: [http, metrics] }), by("a"));
    const changed = recordUpdate(
      made,
      { ...made, spec: { type: "NodePort", ports: [http] } },
      by("b", "Update", "t2"),
    );
    expect(owners(changed)).toMatchObject({
      "a Apply": { "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': portFields } } },
      "b Update": { "f:spec": { "f:type": {} } },
    });
    expect(JSON.stringify(owners(changed)["a Apply"])).not.toContain("9090");
    expect(JSON.stringify(owners(changed)["a Apply"])).not.toContain("f:type");
  });

  it("that changes nothing leaves the entries as they are", () => {
    const made = apply(undefined, service({ type: "ClusterIP" }), by("a"));
    const same = recordUpdate(made, { ...made }, by("b", "Update", "t2"));
    expect(same.metadata.managedFields).toBe(made.metadata.managedFields);
  });
});

describe("an apply", () => {
  it("owns the values it names, and no containers", () => {
    const made = apply(undefined, service({ ports: [http] }, { a: "b" }), by("a"));
    expect(owners(made)).toEqual({
      "a Apply": {
        "f:metadata": { "f:labels": { "f:a": {} } },
        "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': portFields } },
      },
    });
  });

  it("tells items apart by their keys, a missing one standing for its default", () => {
    const made = apply(undefined, service({ ports: [http] }), by("a"));
    const merged = apply(made, service({ ports: [{ port: 80, name: "http" }] }), by("b"));
    expect(merged.spec).toEqual({ ports: [http] });
  });

  it("again changes nothing, not even the time", () => {
    const configuration = service({ ports: [http] }, { a: "b" });
    const made = apply(undefined, configuration, by("a"));
    expect(apply(made, configuration, by("a", "Apply", "t2"))).toEqual(made);
  });

  it("refuses to take what another manager set to something else, and says what", () => {
    const made = apply(undefined, service({ type: "ClusterIP", ports: [http] }), by("a"));
    const scaled = recordUpdate(
      made,
      { ...made, spec: { type: "NodePort", ports: [{ ...http, name: "web" }] } },
      by("b", "Update"),
    );
    const again = () =>
      apply(scaled, service({ type: "ClusterIP", ports: [http] }), by("a", "Apply", "t2"));
    expect(again).toThrowError(
      'Apply failed with 2 conflicts: conflicts with "b" using v1:\n- .spec.ports[port=80,protocol="TCP"].name\n- .spec.type',
    );
    const one = () => apply(made, service({ type: "NodePort" }), by("c"));
    expect(one).toThrowError('Apply failed with 1 conflict: conflict with "a": .spec.type');
    try {
      one();
    } catch (error) {
      expect(error).toMatchObject({
        httpCode: 409,
        details: {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "a"', field: ".spec.type" },
          ],
        },
      });
    }
  });

  it("shares what is the same, and takes it by force", () => {
    const made = apply(undefined, service({ type: "ClusterIP", externalName: "a" }), by("a"));
    const shared = apply(made, service({ type: "ClusterIP" }), by("b"));
    expect(owners(shared)).toMatchObject({
      "a Apply": { "f:spec": { "f:type": {} } },
      "b Apply": { "f:spec": { "f:type": {} } },
    });
    const taken = apply(shared, service({ type: "NodePort" }), by("c"), true);
    expect(taken.spec).toEqual({ type: "NodePort", externalName: "a" });
    expect(owners(taken)).toEqual({
      "a Apply": { "f:spec": { "f:externalName": {} } },
      "c Apply": { "f:spec": { "f:type": {} } },
    });
  });

  it.each<[string, object, object, object]>([
    [
      "a value",
      { type: "ClusterIP", externalName: "a" },
      { type: "ClusterIP" },
      { type: "ClusterIP" },
    ],
    ["an item", { ports: [http, metrics] }, { ports: [http] }, { ports: [http] }],
    ["a list", { type: "ClusterIP", ports: [http] }, { type: "ClusterIP" }, { type: "ClusterIP" }],
    [
      "a part of an item",
      { ports: [{ ...http, appProtocol: "h2" }] },
      { ports: [http] },
      { ports: [http] },
    ],
  ])("gives up %s that it leaves out", (_what, first, second, left) => {
    const made = apply(undefined, service(first), by("a"));
    expect(apply(made, service(second), by("a")).spec).toEqual(left);
  });

  it("leaves what others own, and what the server filled in beside", () => {
    const made = apply(undefined, service({ ports: [http] }, { mine: "1" }), by("a"));
    const completed = { ...made, spec: { ports: [http], clusterIP: "10.0.0.1" } };
    const shared = apply(completed, service({ ports: [metrics] }, { theirs: "1" }), by("b"));
    expect(shared.spec).toEqual({ ports: [http, metrics], clusterIP: "10.0.0.1" });
    const left = apply(shared, service({}), by("a"));
    expect([left.metadata.labels, left.spec]).toEqual([
      { theirs: "1" },
      { ports: [metrics], clusterIP: "10.0.0.1" },
    ]);
    expect(owners(left)["a Apply"]).toEqual({ "f:spec": {} });
  });

  it("puts items in its own order, and others' where the walk through the old list meets them", () => {
    const ports = [1, 2, 3, 4].map((port) => ({ port, protocol: "TCP" }));
    const made = apply(undefined, service({ ports }), by("a"));
    const swapped = apply(made, service({ ports: [ports[2], ports[0]] }), by("b"));
    expect((swapped.spec as { ports: typeof ports }).ports.map(({ port }) => port)).toEqual([
      3, 1, 2, 4,
    ]);
  });
});

describe("field sets", () => {
  const one = fromFieldsV1({ "f:a": {}, "f:b": { ".": {}, "f:c": {} } });
  const two = fromFieldsV1({ "f:b": { "f:c": {} }, "f:d": {} });

  it.each([
    ["union", one.union(two), { "f:a": {}, "f:b": { ".": {}, "f:c": {} }, "f:d": {} }],
    ["intersection", one.intersection(two), { "f:b": { "f:c": {} } }],
    ["difference", one.difference(two), { "f:a": {}, "f:b": {} }],
    ["without", one.without(fromFieldsV1({ "f:b": {} })), { "f:a": {} }],
  ])("%s", (_operation, set, expected) => {
    expect(toFieldsV1(set)).toEqual(expected);
  });

  it.each([{}, "none", null, []])("read %j as empty", (given) => {
    expect(fromFieldsV1(given).isEmpty).toBe(true);
  });

  it("show their paths", () => {
    const set = fromFieldsV1({ "f:spec": { [portStep(80).slice(8)]: {}, 'v:"x"': {} } });
    expect([...set.paths()].map(showPath)).toEqual([
      '.spec[port=80,protocol="TCP"]',
      '.spec[="x"]',
    ]);
    expect(FieldSet.empty.equals(set)).toBe(false);
  });
});
