import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Manifest } from "../fixture.ts";

export interface ApiOptions {
  /** Kinds whose lists never come: the request hangs, as on a server that is still starting. */
  readonly withheld?: readonly string[];
}

/** A read-only API server over the fixture: list and watch of four kinds, nothing ever changes. */
export interface FixtureApi {
  readonly url: string;
  close(): Promise<void>;
}

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
}

const resources: Readonly<Record<string, Resource>> = {
  "/api/v1/services": { apiVersion: "v1", kind: "Service" },
  "/api/v1/pods": { apiVersion: "v1", kind: "Pod" },
  "/api/v1/namespaces": { apiVersion: "v1", kind: "Namespace" },
  "/apis/discovery.k8s.io/v1/endpointslices": {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
  },
};

export async function startFixtureApi(
  port: number,
  objects: readonly Manifest[],
  { withheld = [] }: ApiOptions = {},
): Promise<FixtureApi> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fixture");
    const [, namespace] = /\/namespaces\/([^/]+)\/./.exec(url.pathname) ?? [];
    const resource = resources[url.pathname.replace(`/namespaces/${namespace}`, "")];
    if (resource === undefined) return notFound(response);
    if (withheld.includes(resource.kind)) return;
    const selector = url.searchParams.get("labelSelector") ?? "";
    const items = objects
      .filter((object) => object.kind === resource.kind && isSelected(object, selector))
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .map((object) => ({ ...object, metadata: { ...object.metadata, resourceVersion: "1" } }));
    const isWatch = /^(1|true)$/.test(url.searchParams.get("watch") ?? "");
    if (!isWatch) return list(response, resource, items);
    watch(
      response,
      resource,
      url.searchParams.get("sendInitialEvents") === "true" ? items : undefined,
    );
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const json = { "content-type": "application/json" };

function notFound(response: ServerResponse): void {
  const status = {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    reason: "NotFound",
    code: 404,
  };
  response.writeHead(404, json).end(JSON.stringify(status));
}

function list(
  response: ServerResponse,
  { apiVersion, kind }: Resource,
  items: readonly object[],
): void {
  const body = { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: "1" }, items };
  response.writeHead(200, json).end(JSON.stringify(body));
}

/** Stays open. `initial` are the events of a watch that is a list as well (KEP-3157), ended by its bookmark. */
function watch(response: ServerResponse, resource: Resource, initial?: readonly object[]): void {
  response.writeHead(200, json);
  response.flushHeaders();
  if (initial === undefined) return;
  const annotations = { "k8s.io/initial-events-end": "true" };
  const bookmark = { ...resource, metadata: { resourceVersion: "1", annotations } };
  const events = [
    ...initial.map((object) => ({ type: "ADDED", object })),
    { type: "BOOKMARK", object: bookmark },
  ];
  response.write(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

/** The part of Kubernetes' selector syntax that the suite's configs use: key=value and !key. */
function isSelected(object: Manifest, selector: string): boolean {
  const labels = object.metadata.labels ?? {};
  return selector
    .split(",")
    .filter((term) => term !== "")
    .every((term) => {
      const [key = "", value] = term.split("=");
      return key.startsWith("!") ? labels[key.slice(1)] === undefined : labels[key] === value;
    });
}
