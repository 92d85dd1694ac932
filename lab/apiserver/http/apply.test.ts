import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { configMap, request } from "../testing.ts";

const applyPatch = "application/apply-patch+yaml";
const strategicPatch = "application/strategic-merge-patch+json";
let server: ApiServer;
let maps: string;
let services: string;

beforeEach(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
  maps = `${server.url}/api/v1/namespaces/default/configmaps`;
  services = `${server.url}/api/v1/namespaces/default/services`;
});

afterEach(() => server.close());

function apply(url: string, body: unknown, parameters = "fieldManager=me") {
  return request(`${url}?${parameters}`, "PATCH", body, applyPatch);
}

describe("server-side apply", () => {
  it("creates, changes and leaves alone", async () => {
    const made = await apply(`${maps}/a`, "apiVersion: v1\nkind: ConfigMap\ndata: { k: v }\n");
    const same = await apply(`${maps}/a`, { data: { k: "v" } });
    const other = await apply(`${maps}/a`, { data: { l: "w" } });
    expect([made.code, same.code, other.code]).toEqual([201, 200, 200]);
    expect(same.body.metadata.resourceVersion).toBe(made.body.metadata.resourceVersion);
    expect(other.body).toMatchObject({
      data: { l: "w" },
      metadata: {
        managedFields: [
          { manager: "me", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1" },
        ],
      },
    });
  });

  it("tries without storing", async () => {
    const { code } = await apply(`${maps}/a`, { data: {} }, "fieldManager=me&dryRun=All");
    expect([code, (await request(`${maps}/a`)).code]).toEqual([201, 404]);
  });

  it("conflicts with other managers until it is forced", async () => {
    await apply(`${maps}/a`, { data: { k: "1" } });
    const refused = await apply(`${maps}/a`, { data: { k: "2" } }, "fieldManager=you");
    expect(refused).toMatchObject({
      code: 409,
      body: {
        reason: "Conflict",
        message: 'Apply failed with 1 conflict: conflict with "me": .data.k',
        details: { causes: [{ reason: "FieldManagerConflict", field: ".data.k" }] },
      },
    });
    const forced = await apply(`${maps}/a`, { data: { k: "2" } }, "fieldManager=you&force=true");
    expect([forced.code, forced.body.data]).toEqual([200, { k: "2" }]);
    expect(
      forced.body.metadata.managedFields.map((entry: { manager: string }) => entry.manager),
    ).toEqual(["you"]);
  });

  it("has status as a part of its own", async () => {
    await apply(`${services}/web`, { spec: { ports: [{ port: 80 }] } });
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
    const { code, body } = await apply(`${services}/web/status`, { status, spec: { type: "x" } });
    expect([code, body.status, body.spec.type]).toEqual([200, status, "ClusterIP"]);
    expect(body.metadata.managedFields).toMatchObject([
      { fieldsV1: { "f:spec": {} } },
      { subresource: "status", fieldsV1: { "f:status": {} } },
    ]);
  });

  it.each<[string, unknown, string, number]>([
    ["without a manager", { data: {} }, "", 400],
    ["with managers in it", { metadata: { managedFields: [{}] } }, "fieldManager=me", 400],
    ["of another name", { metadata: { name: "b" } }, "fieldManager=me", 400],
    ["of another kind", { kind: "Secret" }, "fieldManager=me", 400],
    ["at another version", { metadata: { resourceVersion: "1" } }, "fieldManager=me", 409],
    ["that is no YAML", "a: [", "fieldManager=me", 400],
  ])("is refused %s", async (_what, body, parameters, code) => {
    server.objects.create(configMap("a"));
    expect((await apply(`${maps}/a`, body, parameters)).code).toBe(code);
  });
});

describe("managed fields", () => {
  it("name who wrote, by parameter or by agent", async () => {
    await request(`${maps}?fieldManager=${"maker"}`, "POST", configMap("a", {}, { k: "1" }));
    await fetch(`${maps}/a`, {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json", "user-agent": "tool/1.0 (x)" },
      body: JSON.stringify({ data: { l: "2" } }),
    });
    const { body } = await request(`${maps}/a`);
    expect(body.metadata.managedFields).toMatchObject([
      { manager: "maker", operation: "Update", fieldsV1: { "f:data": { "f:k": {} } } },
      { manager: "tool", operation: "Update", fieldsV1: { "f:data": { "f:l": {} } } },
    ]);
  });

  it("stay when a writer leaves them out, and go when it says so", async () => {
    const { body } = await request(
      `${maps}?fieldManager=a`,
      "POST",
      configMap("a", {}, { k: "1" }),
    );
    const { managedFields, ...metadata } = body.metadata;
    const kept = await request(`${maps}/a`, "PUT", { ...body, metadata });
    expect(kept.body.metadata.managedFields).toEqual(managedFields);
    const reset = { ...body, metadata: { ...metadata, managedFields: [{}] } };
    const { body: left } = await request(`${maps}/a`, "PUT", reset);
    expect(left.metadata.managedFields).toBeUndefined();
  });

  it("are not kept of what the server itself writes", () => {
    const { object } = server.objects.create(configMap("a"));
    expect(object.metadata.managedFields).toBeUndefined();
  });
});

describe("field validation", () => {
  const wrong = { metadata: { name: "a" }, datta: {}, immutabel: true };

  async function create(parameters: string) {
    const response = await fetch(`${maps}?${parameters}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wrong),
    });
    return {
      code: response.status,
      warning: response.headers.get("warning"),
      body: await response.json(),
    };
  }

  it("refuses unknown fields when it is strict", async () => {
    expect(await create("fieldValidation=Strict")).toMatchObject({
      code: 400,
      body: {
        reason: "BadRequest",
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "datta", unknown field "immutabel"',
      },
    });
  });

  it.each([
    ["fieldValidation=Ignore", null],
    [
      "fieldValidation=Warn",
      '299 - "unknown field \\"datta\\"", 299 - "unknown field \\"immutabel\\""',
    ],
    ["", '299 - "unknown field \\"datta\\"", 299 - "unknown field \\"immutabel\\""'],
  ])("drops them under %j", async (parameters, warning) => {
    const answer = await create(parameters);
    expect([answer.code, answer.warning]).toEqual([201, warning]);
    expect(answer.body).not.toHaveProperty("datta");
  });

  it("knows no other words", async () => {
    expect((await create("fieldValidation=Maybe")).code).toBe(400);
  });
});

describe("strategic merge patches", () => {
  it("merge by the keys of the kind", async () => {
    const ports = [
      { name: "a", port: 80 },
      { name: "b", port: 81 },
    ];
    await request(services, "POST", { metadata: { name: "web" }, spec: { ports } });
    const patch = { spec: { ports: [{ port: 81, appProtocol: "h2" }] } };
    const { code, body } = await request(`${services}/web`, "PATCH", patch, strategicPatch);
    expect(code).toBe(200);
    expect(body.spec.ports).toMatchObject([{ name: "a" }, { name: "b", appProtocol: "h2" }]);
  });

  it("are refused where they make no sense", async () => {
    server.objects.create(configMap("a"));
    const patch = { metadata: { $patch: "burn" } };
    const { code, body } = await request(`${maps}/a`, "PATCH", patch, strategicPatch);
    expect([code, body.reason]).toEqual([422, "Invalid"]);
  });
});
