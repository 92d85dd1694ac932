import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiServer } from "../contract.ts";
import { readFields } from "../protobuf/wire.ts";
import { createApiServer } from "../server.ts";
import { fetchAs, request } from "../testing.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
let server: ApiServer;

beforeAll(async () => {
  server = createApiServer();
  await server.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(() => server.close());

const get = (path: string, accept: string) => fetchAs(`${server.url}${path}`, accept);

describe("discovery in one answer", () => {
  it("says of the core group what there is", async () => {
    const { type, body } = await get("/api", `${aggregated},application/json`);
    const [group] = body.items;
    expect([type, body.kind, group.metadata]).toEqual([aggregated, "APIGroupDiscoveryList", {}]);
    const resources = group.versions[0].resources;
    expect(resources.find(({ resource }: { resource: string }) => resource === "pods")).toEqual({
      resource: "pods",
      responseKind: { group: "", version: "v1", kind: "Pod" },
      scope: "Namespaced",
      singularResource: "pod",
      verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      shortNames: ["po"],
      categories: ["all"],
      subresources: expect.arrayContaining([
        {
          subresource: "status",
          responseKind: { group: "", version: "v1", kind: "Pod" },
          verbs: ["get", "patch", "update"],
        },
        {
          subresource: "eviction",
          responseKind: { group: "policy", version: "v1", kind: "Eviction" },
          verbs: ["create"],
        },
      ]),
    });
  });

  it("says of the others too, and what their subresources speak", async () => {
    const { body } = await get("/apis", aggregated);
    const apps = body.items.find(({ metadata }: { metadata: object }) =>
      JSON.stringify(metadata).includes('"apps"'),
    );
    expect(apps.versions[0].resources[0].subresources[0]).toMatchObject({
      subresource: "scale",
      responseKind: { group: "autoscaling", version: "v1", kind: "Scale" },
    });
  });

  it("is for those who ask for it", async () => {
    expect((await get("/apis", "application/json")).body.kind).toBe("APIGroupList");
    expect((await get("/apis", "application/vnd.kubernetes.protobuf")).code).toBe(406);
  });
});

describe("OpenAPI", () => {
  it("3 has a document for each group and version, under a name that changes with it", async () => {
    const { body } = await request(`${server.url}/openapi/v3`);
    expect(Object.keys(body.paths)).toContain("apis/discovery.k8s.io/v1");
    const url = body.paths["api/v1"].serverRelativeURL;
    expect(url).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9a-f]{64}$/);
    const { paths, components } = (await request(`${server.url}${url}`)).body;
    const patch = paths["/api/v1/namespaces/{namespace}/services/{name}"].patch;
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({
      group: "",
      version: "v1",
      kind: "Service",
    });
    expect(patch.parameters.map(({ name }: { name: string }) => name)).toContain("fieldValidation");
    expect(components.schemas["io.k8s.api.core.v1.ServiceSpec"].properties.ports).toMatchObject({
      type: "array",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ServicePort" }] },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["port", "protocol"],
      "x-kubernetes-patch-merge-key": "port",
      "x-kubernetes-patch-strategy": "merge",
    });
  });

  it.each(["/openapi/v3/api/v1", "/openapi/v2"])(
    "%s refers to nothing that it lacks",
    async (path) => {
      const { body } = await request(`${server.url}${path}`);
      const text = JSON.stringify(body);
      const defined = new Set(Object.keys(body.definitions ?? body.components.schemas));
      const used = [...text.matchAll(/"\$ref":"#\/(?:definitions|components\/schemas)\/([^"]+)"/g)];
      expect(used.length).toBeGreaterThan(100);
      expect(used.map(([, name]) => name).filter((name) => !defined.has(name))).toEqual([]);
    },
  );

  it("2 is whole as JSON, and without resources as Protocol Buffers", async () => {
    expect((await get("/openapi/v2", "application/json")).body.swagger).toBe("2.0");
    const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    const response = await fetch(`${server.url}/openapi/v2`, { headers: { accept } });
    expect(response.headers.get("content-type")).toBe(accept.replace("@", "."));
    const fields = [...readFields(Buffer.from(await response.arrayBuffer()))];
    expect(fields.map(([number]) => number)).toEqual([1, 2]);
    expect(String(fields[0]?.[1])).toBe("2.0");
  });

  it("of what is not served is not found", async () => {
    expect((await request(`${server.url}/openapi/v3/apis/example.com/v1`)).code).toBe(404);
  });
});
