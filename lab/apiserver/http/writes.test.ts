import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { configMap, request } from "../testing.ts";

const mergePatch = "application/merge-patch+json";
let server: ApiServer;
let maps: string;

beforeEach(async () => {
  server = createApiServer({ sources: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) } });
  await server.listen({ host: "127.0.0.1", port: 0 });
  await server.settled();
  maps = `${server.url}/api/v1/namespaces/default/configmaps`;
});

afterEach(() => server.close());

describe("create", () => {
  it("gives identity, time and revision", async () => {
    const { code, body } = await request(maps, "POST", {
      metadata: { name: "a", uid: "mine" },
      data: { k: "v" },
    });
    expect(code).toBe(201);
    expect(body).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "a",
        namespace: "default",
        creationTimestamp: "2026-01-02T03:04:05Z",
        resourceVersion: String(server.revision),
      },
      data: { k: "v" },
    });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("makes a name from generateName", async () => {
    const { body } = await request(maps, "POST", { metadata: { generateName: "run-" } });
    expect(body.metadata.name).toMatch(/^run-[a-z0-9]{5}$/);
  });

  it("takes YAML", async () => {
    const { code, body } = await request(
      maps,
      "POST",
      "metadata:\n  name: y\ndata: { a: b }\n",
      "application/yaml",
    );
    expect([code, body.data]).toEqual([201, { a: "b" }]);
  });

  it("tries without storing under dryRun", async () => {
    const before = server.revision;
    const { code, body } = await request(`${maps}?dryRun=All`, "POST", configMap("a"));
    expect([code, body.metadata.name, server.revision]).toEqual([201, "a", before]);
  });

  it.each([
    ["twice the same", configMap("taken"), 409, "AlreadyExists"],
    ["a bad name", configMap("Not_A_Name"), 422, "Invalid"],
    ["no name", { metadata: {} }, 422, "Invalid"],
    ["a bad label", configMap("a", { "-x": "y" }), 422, "Invalid"],
    ["a label that is no string", { metadata: { name: "a", labels: { x: 1 } } }, 400, "BadRequest"],
    [
      "another kind",
      { apiVersion: "v1", kind: "Secret", metadata: { name: "a" } },
      400,
      "BadRequest",
    ],
    ["another namespace", { metadata: { name: "a", namespace: "kube-system" } }, 400, "BadRequest"],
    ["a resourceVersion", { metadata: { name: "a", resourceVersion: "1" } }, 400, "BadRequest"],
    ["no object", [1], 400, "BadRequest"],
    ["no JSON", "{", 400, "BadRequest"],
  ])("refuses %s", async (_what, body, code, reason) => {
    server.objects.create(configMap("taken"));
    expect(await request(maps, "POST", body)).toMatchObject({
      code,
      body: { kind: "Status", reason, code },
    });
  });

  it("needs the namespace", async () => {
    const answer = await request(
      `${server.url}/api/v1/namespaces/nowhere/configmaps`,
      "POST",
      configMap("a"),
    );
    expect(answer).toMatchObject({
      code: 404,
      body: {
        message: 'namespaces "nowhere" not found',
        details: { name: "nowhere", kind: "namespaces" },
      },
    });
  });

  it("bounds the body", async () => {
    const answer = await request(
      maps,
      "POST",
      JSON.stringify({ data: { a: "x".repeat(3 * 1024 * 1024) } }),
    );
    expect(answer).toMatchObject({ code: 413, body: { reason: "RequestEntityTooLarge" } });
  });
});

describe("replace", () => {
  it("conflicts when the resourceVersion is not the present one", async () => {
    const { body: first } = await request(maps, "POST", configMap("a"));
    const second = await request(`${maps}/a`, "PUT", { ...first, data: { k: "1" } });
    const third = await request(`${maps}/a`, "PUT", { ...first, data: { k: "2" } });
    expect(second.code).toBe(200);
    expect(third).toMatchObject({
      code: 409,
      body: { reason: "Conflict", details: { name: "a", kind: "configmaps" } },
    });
    expect((await request(`${maps}/a`)).body.data).toEqual({ k: "1" });
  });

  it("keeps identity and writes nothing when nothing changes", async () => {
    const { body: first } = await request(maps, "POST", configMap("a"));
    const same = await request(`${maps}/a`, "PUT", {
      metadata: { name: "a", labels: {} },
      data: {},
    });
    expect(same.body.metadata).toEqual(first.metadata);
    expect((await request(`${maps}/a`, "PUT", { metadata: { name: "b" } })).code).toBe(400);
    expect((await request(`${maps}/b`, "PUT", { metadata: { name: "b" } })).code).toBe(404);
    expect(
      (await request(`${maps}/a`, "PUT", { metadata: { name: "a", uid: "other" } })).code,
    ).toBe(409);
  });

  it("counts generation for spec only, and status is its own resource", async () => {
    const url = `${server.url}/apis/apps/v1/namespaces/default/deployments`;
    const { body: made } = await request(url, "POST", {
      metadata: { name: "d" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "d" } },
        template: { metadata: { labels: { app: "d" } }, spec: { containers: [{ name: "d" }] } },
      },
    });
    const labelled = await request(
      `${url}/d`,
      "PATCH",
      { metadata: { labels: { a: "b" } } },
      mergePatch,
    );
    const scaled = await request(
      `${url}/d`,
      "PATCH",
      { spec: { replicas: 2 }, status: { replicas: 9 } },
      mergePatch,
    );
    const status = await request(`${url}/d/status`, "PUT", {
      ...scaled.body,
      spec: { replicas: 7 },
      status: { replicas: 2 },
    });
    expect(
      [made, labelled.body, scaled.body, status.body].map(({ metadata }) => metadata.generation),
    ).toEqual([1, 1, 2, 2]);
    expect(scaled.body.status).toBeUndefined();
    expect(status.body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 } });
    expect((await request(`${maps}/a/status`)).code).toBe(404);
  });
});

describe("patch", () => {
  it.each([
    ["merge", mergePatch, { data: { a: null, c: "3" } }, { b: "2", c: "3" }],
    [
      "json",
      "application/json-patch+json",
      [{ op: "replace", path: "/data/a", value: "9" }],
      { a: "9", b: "2" },
    ],
  ])("%s", async (_name, type, patch, data) => {
    server.objects.create(configMap("a", {}, { a: "1", b: "2" }));
    const answer = await request(`${maps}/a`, "PATCH", patch, type);
    expect([answer.code, answer.body.data]).toEqual([200, data]);
  });

  it.each([
    ["application/unheard-of-patch+json", {}, 415],
    ["application/json-patch+json", [{ op: "remove", path: "/none" }], 422],
    [mergePatch, { metadata: { resourceVersion: "1" } }, 409],
    [mergePatch, { metadata: { name: "b" } }, 400],
    [mergePatch, "null", 400],
  ])("as %s is refused: %j, %i", async (type, patch, code) => {
    server.objects.create(configMap("a"));
    expect((await request(`${maps}/a`, "PATCH", patch, type)).code).toBe(code);
  });
});

describe("delete", () => {
  it("insists on preconditions", async () => {
    server.objects.create(configMap("a"));
    const refused = await request(`${maps}/a`, "DELETE", { preconditions: { uid: "other" } });
    const stale = await request(`${maps}/a`, "DELETE", { preconditions: { resourceVersion: "1" } });
    expect([refused.code, stale.code, (await request(`${maps}/a`, "DELETE")).code]).toEqual([
      409, 409, 200,
    ]);
    expect((await request(`${maps}/a`)).body).toMatchObject({
      code: 404,
      reason: "NotFound",
      message: 'configmaps "a" not found',
      details: { name: "a", kind: "configmaps" },
    });
  });

  it("waits for finalizers", async () => {
    const object = configMap("a");
    server.objects.create({
      ...object,
      metadata: { ...object.metadata, finalizers: ["example.com/hold"] },
    });
    const held = await request(`${maps}/a`, "DELETE");
    expect(held.body.metadata.deletionTimestamp).toBe("2026-01-02T03:04:05Z");
    await request(`${maps}/a`, "PATCH", { metadata: { finalizers: null } }, mergePatch);
    expect((await request(`${maps}/a`)).code).toBe(404);
  });

  it("takes a selection at once", async () => {
    for (const name of ["a", "b", "c"])
      server.objects.create(configMap(name, name === "b" ? {} : { drop: "yes" }));
    const deleted = await request(`${maps}?labelSelector=drop`, "DELETE");
    const left = await request(maps);
    expect([deleted, left].map(({ body }) => body.items.length)).toEqual([2, 1]);
  });
});

describe("paths", () => {
  it.each([
    ["GET", "/nothing", 404],
    ["GET", "/api/v2/pods", 404],
    ["GET", "/apis/example.com/v1/things", 404],
    ["GET", "/apis/example.com", 404],
    ["GET", "/api/v1/pods/name-without-namespace", 404],
    ["GET", "/api/v1/%zz", 404],
    ["GET", "//", 404],
    ["POST", "/api/v1/configmaps", 405],
    ["DELETE", "/api/v1/namespaces", 405],
    ["DELETE", "/api/v1/configmaps", 405],
    ["PUT", "/api/v1/namespaces/default/configmaps", 405],
  ])("%s %s is %i with a Status", async (method, path, code) => {
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    expect(await request(`${server.url}${path}`, method, body)).toMatchObject({
      code,
      body: { kind: "Status" },
    });
  });

  it.each(["/healthz", "/livez", "/readyz", "/readyz/ping"])("%s is ok", async (path) => {
    expect(await (await fetch(`${server.url}${path}`)).text()).toBe("ok");
  });

  it("describe what is served", async () => {
    const core = await request(`${server.url}/api/v1`);
    const groups = await request(`${server.url}/apis`);
    const discovery = await request(`${server.url}/apis/discovery.k8s.io/v1`);
    expect((await request(`${server.url}/version`)).body).toMatchObject({ major: "1" });
    expect((await request(`${server.url}/api`)).body).toMatchObject({
      kind: "APIVersions",
      versions: ["v1"],
    });
    expect(
      core.body.resources.find(({ name }: { name: string }) => name === "services"),
    ).toMatchObject({
      singularName: "service",
      namespaced: true,
      kind: "Service",
      shortNames: ["svc"],
      categories: ["all"],
    });
    expect(core.body.resources.map(({ name }: { name: string }) => name)).toContain("pods/status");
    expect(groups.body.groups.map(({ name }: { name: string }) => name)).toContain("apps");
    expect((await request(`${server.url}/apis/apps`)).body).toMatchObject({
      kind: "APIGroup",
      preferredVersion: { groupVersion: "apps/v1" },
    });
    expect(discovery.body).toMatchObject({
      kind: "APIResourceList",
      groupVersion: "discovery.k8s.io/v1",
      resources: [{ name: "endpointslices", kind: "EndpointSlice" }],
    });
  });
});
