import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { type Exchange, type Reply, statusReply } from "./exchange.ts";
import type { ErrorLog } from "./logs.ts";
import { filePathOf } from "./paths.ts";
import { directivesOf, isOn } from "./scope.ts";
import { contentTypeOf } from "./text-reply.ts";
import { filled, variablesOf } from "./variables.ts";

/** A file below the root; or a path to look up instead, that of a folder's index. */
export type Found = Reply | { readonly indexUri: string };

/** Built-in files of the image, for where its folder is not there at all. */
export type BuiltIn = (path: string) => string | undefined;

export async function serveStatic(
  exchange: Exchange,
  builtIn: BuiltIn,
  log: ErrorLog,
): Promise<Found> {
  const { method = "GET" } = exchange.request;
  if (exchange.uri.endsWith("/")) return await serveFolder(exchange, builtIn, log);
  const path = filePathOf(exchange, variablesOf(exchange));
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (facts instanceof Error) {
    const text = builtIn(path);
    if (text !== undefined) return builtInReply(exchange, path, text);
    log(exchange, "error", `open() "${path}" failed (${wordsOf(facts)})`);
    return statusReply(facts.code === "EACCES" ? 403 : 404);
  }
  if (facts.isDirectory())
    return statusReply(301, {
      Location: `${exchange.uri}/${exchange.args === "" ? "" : `?${exchange.args}`}`,
    });
  if (method !== "GET" && method !== "HEAD") return statusReply(405);

  const etag = `"${Math.floor(facts.mtimeMs / 1000).toString(16)}-${facts.size.toString(16)}"`;
  const known = { "Last-Modified": new Date(facts.mtimeMs).toUTCString(), ETag: etag };
  if (isUnchanged(exchange, etag, facts.mtimeMs))
    return { status: 304, headers: known, body: "", isOwn: false };
  return {
    status: 200,
    headers: {
      "Content-Type": contentTypeOf(exchange, path),
      "Content-Length": String(facts.size),
      ...known,
    },
    body: method === "HEAD" ? "" : createReadStream(path),
    isOwn: false,
  };
}

function builtInReply(exchange: Exchange, path: string, text: string): Reply {
  return {
    status: 200,
    headers: { "Content-Type": contentTypeOf(exchange, path) },
    body: text,
    isOwn: false,
  };
}

async function serveFolder(exchange: Exchange, builtIn: BuiltIn, log: ErrorLog): Promise<Found> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const folder = filePathOf(exchange, variablesOf(exchange));
  const [directive] = directivesOf(scope, "index");
  for (const name of directive?.args ?? ["index.html"]) {
    const file = filled(name, exchange);
    if (file.startsWith("/")) return { indexUri: file };
    const facts = await stat(folder + file).catch(() => undefined);
    if (facts?.isFile() === true || builtIn(folder + file) !== undefined)
      return { indexUri: exchange.uri + file };
  }
  const names = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (names === undefined) {
    log(exchange, "error", `"${folder}index.html" is not found (2: No such file or directory)`);
    return statusReply(404);
  }
  if (isOn(scope, "autoindex", false))
    return listing(
      exchange.uri,
      names.map((entry) => entry.name + (entry.isDirectory() ? "/" : "")),
    );
  log(exchange, "error", `directory index of "${folder}" is forbidden`);
  return statusReply(403);
}

function listing(uri: string, names: readonly string[]): Reply {
  const rows = [...names].sort().map((name) => `<a href="${encodeURI(name)}">${name}</a>\r\n`);
  const body = `<html>\r\n<head><title>Index of ${uri}</title></head>\r\n<body>\r\n<h1>Index of ${uri}</h1><hr><pre><a href="../">../</a>\r\n${rows.join("")}</pre><hr></body>\r\n</html>\r\n`;
  return { status: 200, headers: { "Content-Type": "text/html" }, body, isOwn: false };
}

function isUnchanged({ request }: Exchange, etag: string, changedMs: number): boolean {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined) return tags === "*" || tags.includes(etag);
  const since = request.headers["if-modified-since"];
  return since !== undefined && Date.parse(since) === Math.floor(changedMs / 1000) * 1000;
}

function wordsOf(error: NodeJS.ErrnoException): string {
  return error.code === "EACCES" ? "13: Permission denied" : "2: No such file or directory";
}
