import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ClusterModel } from "../contract.ts";
import { clusterObjects } from "../data/objects.ts";

const resourceVersion = "1000";
/** How long a watch lives while relists are wanted. */
const watchMs = 20;

const expired = {
  type: "ERROR",
  object: {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    reason: "Expired",
    message: "too old resource version",
    code: 410,
  },
};

/** Whole lists as bytes, by collection: sending one must cost next to nothing, as it shares the server's CPU. */
function renderLists(model: ClusterModel): ReadonlyMap<string, Buffer> {
  const itemsByPlural = new Map<string, object[]>();
  for (const { collection, body } of clusterObjects(model)) {
    const plural = collection.slice(collection.lastIndexOf("/") + 1);
    const items = itemsByPlural.get(plural) ?? [];
    // Every object has what the models' bodies have: a metadata object, written in data/objects.ts.
    const metadata = {
      ...(body.metadata as object),
      resourceVersion,
      uid: `${plural}-${items.length}`,
    };
    items.push({ ...body, metadata });
    itemsByPlural.set(plural, items);
  }
  const lists = [...itemsByPlural].map(([plural, items]): [string, Buffer] => {
    const list = { kind: "List", apiVersion: "v1", metadata: { resourceVersion }, items };
    return [plural, Buffer.from(JSON.stringify(list))];
  });
  return new Map(lists);
}

/**
 * As much of an API server as keeps a client in relists: while switched on (GET /busy) every watch expires at once,
 * and every list is the whole cluster again. Switched off (GET /quiet) watches stay open and say nothing.
 * GET /lists tells how many lists of services it has sent.
 */
export function createRelistServer(model: ClusterModel): Server {
  const lists = renderLists(model);
  const watches = new Set<ServerResponse>();
  let busy = false;
  let served = 0;

  const expire = (response: ServerResponse): void => {
    watches.delete(response);
    response.end(`${JSON.stringify(expired)}\n`);
  };
  const watch = (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    watches.add(response);
    response.once("close", () => watches.delete(response));
    if (busy) setTimeout(() => expire(response), watchMs);
  };
  const control = (path: string): string | undefined => {
    if (path === "/lists") return String(served);
    if (path !== "/busy" && path !== "/quiet") return undefined;
    busy = path === "/busy";
    if (busy) for (const response of watches) expire(response);
    return "ok";
  };

  return createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://relist");
    const text = control(url.pathname);
    if (text !== undefined) return void response.end(text);
    if (url.searchParams.has("sendInitialEvents")) return void response.writeHead(400).end("{}");
    if (url.searchParams.has("watch")) return watch(response);
    const plural = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const empty = `{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"${resourceVersion}"},"items":[]}`;
    if (plural === "services") served += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(lists.get(plural) ?? empty);
  });
}

if (import.meta.main) {
  const [port = "", modelFile = ""] = process.argv.slice(2);
  // Written by the scenario that starts this program.
  const model = JSON.parse(await readFile(modelFile, "utf8")) as ClusterModel;
  createRelistServer(model).listen(Number(port), "127.0.0.1");
  process.once("SIGTERM", () => process.exit(0));
}
