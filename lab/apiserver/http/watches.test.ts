import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { createApiServer } from "../server.ts";
import { brief, configMap, request, WatchReader } from "../testing.ts";

const path = "/api/v1/namespaces/default/configmaps";
const reference = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name });
let server: ApiServer;
const open: WatchReader[] = [];

beforeEach(async () => {
  server = createApiServer({ bookmarkIntervalMs: 20, historyEvents: 32 });
  await server.listen({ host: "127.0.0.1", port: 0 });
  await server.settled();
});

afterEach(async () => {
  for (const reader of open.splice(0)) await reader.close();
  await server.close();
});

async function watch(query: string): Promise<WatchReader> {
  const reader = await WatchReader.open(`${server.url}${path}?watch=1&${query}`);
  open.push(reader);
  return reader;
}

function relabel(name: string, labels: Record<string, string>): void {
  server.objects.replace(configMap(name, labels));
}

describe("where a watch starts", () => {
  it.each(["", "resourceVersion=0"])("with the state as ADDED for %j", async (query) => {
    server.objects.create(configMap("a"));
    server.objects.create(configMap("b"));
    const reader = await watch(query);
    expect(brief(await reader.take(2))).toEqual(["ADDED a", "ADDED b"]);
    server.objects.delete(reference("a"));
    expect(brief(await reader.take(1))).toEqual(["DELETED a"]);
  });

  it("behind a resourceVersion, with nothing lost or repeated", async () => {
    server.objects.create(configMap("a"));
    const revision = server.revision;
    relabel("a", { x: "1" });
    server.objects.create(configMap("b"));
    const reader = await watch(`resourceVersion=${revision}`);
    relabel("b", { x: "2" });
    const lines = await reader.take(3);
    expect(brief(lines)).toEqual(["MODIFIED a", "ADDED b", "MODIFIED b"]);
    const revisions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual([revision + 1, revision + 2, revision + 3]);
  });

  it("with initial events and the bookmark that ends them", async () => {
    server.objects.create(configMap("a"));
    const reader = await watch(
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
    );
    const [added, end] = await reader.take(2);
    expect(brief([added])).toEqual(["ADDED a"]);
    expect(end).toMatchObject({
      type: "BOOKMARK",
      object: {
        kind: "ConfigMap",
        metadata: {
          resourceVersion: String(server.revision),
          annotations: { "k8s.io/initial-events-end": "true" },
        },
      },
    });
  });

  it.each([
    ["resourceVersion=999999", 504],
    ["resourceVersion=x", 400],
    ["sendInitialEvents=true", 422],
    ["resourceVersionMatch=NotOlderThan", 422],
    ["sendInitialEvents=true&resourceVersionMatch=NotOlderThan", 422],
  ])("not at all for %s: %i", async (query, code) => {
    const answer = await request(`${server.url}${path}?watch=1&${query}`);
    expect(answer).toMatchObject({ code, body: { kind: "Status" } });
  });
});

describe("selectors", () => {
  it("turn changes of membership into ADDED and DELETED", async () => {
    server.objects.create(configMap("a", { app: "web" }));
    const reader = await watch("labelSelector=app%3Dweb");
    relabel("a", { app: "web", tier: "front" });
    relabel("a", { app: "db" });
    relabel("a", { app: "db", tier: "back" });
    relabel("a", { app: "web" });
    const left = server.revision - 2;
    server.objects.create(configMap("b"));
    server.objects.delete(reference("b"));
    server.objects.delete(reference("a"));
    const lines = await reader.take(5);
    expect(brief(lines)).toEqual(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a", "DELETED a"]);
    expect(lines[2].object.metadata).toMatchObject({
      labels: { app: "web", tier: "front" },
      resourceVersion: String(left),
    });
  });

  it("narrow by field", async () => {
    const reader = await watch("fieldSelector=metadata.name%3Db");
    server.objects.create(configMap("a"));
    server.objects.create(configMap("b"));
    expect(brief(await reader.take(1))).toEqual(["ADDED b"]);
  });
});

describe("bookmarks", () => {
  it("come while nothing happens and carry the store's revision", async () => {
    const reader = await watch(`resourceVersion=${server.revision}&allowWatchBookmarks=true`);
    server.objects.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "elsewhere" } });
    // One or more may have come before the Secret was there.
    for (let shown = ""; shown !== String(server.revision); ) {
      const [bookmark] = await reader.take(1);
      expect(bookmark).toMatchObject({
        type: "BOOKMARK",
        object: { apiVersion: "v1", kind: "ConfigMap" },
      });
      shown = bookmark.object.metadata.resourceVersion ?? "";
    }
  });

  it("come at the timeout, and not to those who did not ask", async () => {
    const asked = await watch("allowWatchBookmarks=true&timeoutSeconds=1");
    const silent = await watch("timeoutSeconds=1");
    const lines = await asked.take(1000);
    expect(lines.at(-1)?.type).toBe("BOOKMARK");
    expect(await silent.take(1000)).toEqual([]);
  });
});

describe("compaction", () => {
  it("is an ERROR event in the stream", async () => {
    const revision = server.revision;
    server.objects.create(configMap("a"));
    server.compact();
    const reader = await watch(`resourceVersion=${revision}`);
    const lines = await reader.take(2);
    expect(reader.code).toBe(200);
    expect(lines).toMatchObject([
      { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } },
    ]);
  });

  it("leaves watches alone that have read everything", async () => {
    const reader = await watch(`resourceVersion=${server.revision}`);
    server.compact();
    server.objects.create(configMap("a"));
    expect(brief(await reader.take(1))).toEqual(["ADDED a"]);
  });

  it("happens by itself when the history overflows, also to an open watch", async () => {
    const old = server.revision;
    const reader = await watch(`resourceVersion=${old}`);
    for (let index = 0; index < 40; index += 1) server.objects.create(configMap(`item-${index}`));
    expect(await reader.take(2)).toMatchObject([{ type: "ERROR", object: { code: 410 } }]);
    expect(await (await watch(`resourceVersion=${old}`)).take(2)).toMatchObject([
      { type: "ERROR" },
    ]);
  });

  it("can be said with the HTTP status instead", async () => {
    const strict = createApiServer({ expiredWatchAs: "status" });
    await strict.listen({ host: "127.0.0.1", port: 0 });
    strict.compact();
    const answer = await request(`${strict.url}${path}?watch=1&resourceVersion=1`);
    expect(answer).toMatchObject({ code: 410, body: { reason: "Expired" } });
    await strict.close();
  });
});

it("ends watches when the server closes", async () => {
  const reader = await watch("");
  const ended = reader.next();
  await server.close();
  expect(await ended).toBeUndefined();
});
