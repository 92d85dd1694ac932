import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiServer } from "../../contract.ts";
import { createApiServer } from "../../server.ts";
import { configMap, fetchAs } from "../../testing.ts";

let server: ApiServer;
let maps: string;

beforeAll(async () => {
  server = createApiServer({ sources: { now: () => Date.UTC(2026, 0, 1) } });
  await server.listen({ host: "127.0.0.1", port: 0 });
  maps = `${server.url}/api/v1/namespaces/kube-public/configmaps`;
  for (const name of ["a", "b"]) {
    const object = configMap(name, { app: name }, { k: "v" });
    server.objects.create({
      ...object,
      metadata: { ...object.metadata, namespace: "kube-public" },
    });
  }
  await server.settled();
});

afterAll(() => server.close());

const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
const partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";

async function lines(url: string, accept: string) {
  const response = await fetch(`${url}?watch=true&resourceVersion=0&timeoutSeconds=1`, {
    headers: { accept },
  });
  const text = await response.text();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("what Accept asks for", () => {
  it.each([
    ["", "ConfigMap"],
    ["*/*", "ConfigMap"],
    ["application/vnd.kubernetes.protobuf,application/json", "ConfigMap"],
    [table, "Table"],
    [`${table},application/json`, "Table"],
    ["application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "ConfigMap"],
    [partial, "PartialObjectMetadata"],
  ])("%j gives a %s", async (accept, kind) => {
    expect((await fetchAs(`${maps}/a`, accept)).body.kind).toBe(kind);
  });

  it.each(["text/html", "application/vnd.kubernetes.protobuf", "application/json;as=Chart"])(
    "%j is not to be had",
    async (accept) => {
      expect(await fetchAs(`${maps}/a`, accept)).toMatchObject({
        code: 406,
        body: { reason: "NotAcceptable" },
      });
    },
  );
});

describe("a table", () => {
  it("has columns, rows with cells, and the metadata of what is in them", async () => {
    const { body } = await fetchAs(maps, table);
    expect(body).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: String(server.revision) },
      columnDefinitions: [
        { name: "Name", type: "string", format: "name", priority: 0 },
        { name: "Data", type: "integer" },
        { name: "Age" },
      ],
      rows: [
        { cells: ["a", 1, "0s"], object: { kind: "PartialObjectMetadata" } },
        { cells: ["b", 1, "0s"], object: { metadata: { name: "b", labels: { app: "b" } } } },
      ],
    });
  });

  it.each([
    ["Object", { kind: "ConfigMap", data: { k: "v" } }],
    ["None", undefined],
  ])("includes as much of objects as %s says", async (include, object) => {
    const { body } = await fetchAs(`${maps}/a?includeObject=${include}`, table);
    if (object === undefined) expect(body.rows[0]).toEqual({ cells: ["a", 1, "0s"] });
    else expect(body.rows[0].object).toMatchObject(object);
  });

  it("refuses to include what there is not", async () => {
    expect((await fetchAs(`${maps}?includeObject=Half`, table)).code).toBe(400);
  });

  it("is a row an event in a watch, with columns in the first", async () => {
    const [first, second] = await lines(maps, table);
    expect(first).toMatchObject({ type: "ADDED", object: { kind: "Table", rows: [{}] } });
    expect(first.object.columnDefinitions).toHaveLength(3);
    expect(second.object).toMatchObject({
      columnDefinitions: [],
      rows: [{ cells: ["b", 1, "0s"] }],
    });
  });
});

describe("metadata alone", () => {
  it("lists and watches without the rest", async () => {
    const { body } = await fetchAs(maps, partial);
    expect(body.kind).toBe("PartialObjectMetadataList");
    expect(body.items[0]).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "a" } });
    expect(body.items[0]).not.toHaveProperty("data");
    const [event] = await lines(maps, partial);
    expect(event.object).not.toHaveProperty("data");
  });
});
