import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { ClusterModel } from "../contract.ts";
import { clusterObjects } from "../data/objects.ts";

interface StoredObject {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The model's objects as an API server holds them, by plural. */
function storedObjects(model: ClusterModel): ReadonlyMap<string, readonly StoredObject[]> {
  const byPlural = new Map<string, StoredObject[]>();
  for (const { collection, body } of clusterObjects(model)) {
    const plural = collection.slice(collection.lastIndexOf("/") + 1);
    const items = byPlural.get(plural) ?? [];
    // Every body has a metadata object: see data/objects.ts.
    const metadata = { ...(body.metadata as object), uid: `${plural}-${items.length}` };
    items.push({ ...body, metadata });
    byPlural.set(plural, items);
  }
  return byPlural;
}

function withVersion(object: StoredObject, resourceVersion: string): StoredObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

function renderList(objects: readonly StoredObject[]): Buffer {
  const items = objects.map((object) => withVersion(object, "1000"));
  const metadata = { resourceVersion: "1000" };
  return Buffer.from(JSON.stringify({ kind: "List", apiVersion: "v1", metadata, items }));
}

/** One event for every object: nothing but its version differs from the list. */
function renderEvents(objects: readonly StoredObject[]): Buffer {
  const lines = objects.map((object) =>
    JSON.stringify({ type: "MODIFIED", object: withVersion(object, "1001") }),
  );
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

/**
 * As much of an API server as keeps a client's main thread busy: while it storms (GET /storm) every watch of services
 * brings an event for each of them, over and over, as fast as the client reads. Calm (GET /calm) watches stay open
 * and say nothing. GET /rounds tells how often all services have been sent. All bytes are rendered beforehand: the
 * program shares its CPU with what it feeds.
 */
export function createStormServer(model: ClusterModel): Server {
  const objects = storedObjects(model);
  const lists = new Map([...objects].map(([plural, items]) => [plural, renderList(items)]));
  const emptyList = renderList([]);
  const events = renderEvents(objects.get("services") ?? []);
  const watches = new Set<ServerResponse>();
  let storming = false;
  let rounds = 0;

  const feed = (response: ServerResponse): void => {
    if (!storming || !watches.has(response)) return;
    rounds += 1;
    if (response.write(events)) setImmediate(feed, response);
    else response.once("drain", () => feed(response));
  };
  const openWatch = (response: ServerResponse, plural: string): void => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (plural !== "services") return;
    watches.add(response);
    response.once("close", () => watches.delete(response));
    feed(response);
  };
  const control = (path: string): string | undefined => {
    if (path === "/rounds") return String(rounds);
    if (path !== "/storm" && path !== "/calm") return undefined;
    const begins = path === "/storm" && !storming;
    storming = path === "/storm";
    if (begins) for (const response of watches) feed(response);
    return "ok";
  };

  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://storm");
    const plural = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const text = control(url.pathname);
    if (text !== undefined) return void response.end(text);
    // A server without streaming lists refuses the parameter (WatchList, KEP-3157).
    if (url.searchParams.has("sendInitialEvents")) return void response.writeHead(400).end("{}");
    if (url.searchParams.has("watch")) return openWatch(response, plural);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(lists.get(plural) ?? emptyList);
  });
}

if (import.meta.main) {
  const [port = "", modelFile = ""] = process.argv.slice(2);
  // Written by the scenario that starts this program.
  const model = JSON.parse(await readFile(modelFile, "utf8")) as ClusterModel;
  createStormServer(model).listen(Number(port), "127.0.0.1");
  process.once("SIGTERM", () => process.exit(0));
}
