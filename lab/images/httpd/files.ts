import { readdir, readFile, stat } from "node:fs/promises";
import { type IncomingHttpHeaders, STATUS_CODES } from "node:http";
import { join, normalize } from "node:path";
import { endingOf, mimeTypes } from "../serving/mime-types.ts";
import { welcomePage } from "./welcome.ts";

export interface Served {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What the original says of a status, as a page. */
const sentences: Readonly<Record<number, string>> = {
  301: "The document has moved.",
  400: "Your browser sent a request that this server could not understand.",
  403: "You don't have permission to access this resource.",
  404: "The requested URL was not found on this server.",
  405: "The requested method is not allowed for this URL.",
};

export async function serveFile(
  root: string,
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
): Promise<Served> {
  const path = decoded(url.split("?")[0] ?? "/");
  if (path === undefined) return page(400);
  if (!["GET", "HEAD", "POST"].includes(method))
    return page(405, { allow: "GET,POST,OPTIONS,HEAD" });
  const file = join(root, path);
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined) return isWelcome(path) && !(await exists(root)) ? welcome() : page(404);
  if (!facts.isDirectory()) return await contentOf(file, facts.mtime, facts.size, headers);
  if (!path.endsWith("/"))
    return page(301, { location: `http://${headers.host ?? "localhost"}${path}/` });
  const index = join(file, "index.html");
  const found = await stat(index).catch(() => undefined);
  return found === undefined
    ? await listing(file, path)
    : await contentOf(index, found.mtime, found.size, headers);
}

async function contentOf(
  file: string,
  changed: Date,
  sizeBytes: number,
  headers: IncomingHttpHeaders,
): Promise<Served> {
  const etag = `"${sizeBytes.toString(16)}-${(changed.getTime() * 1000).toString(16)}"`;
  const facts = { "last-modified": changed.toUTCString(), etag };
  if (headers["if-none-match"] === etag) return { status: 304, headers: facts, body: "" };
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) return page(403);
  const type = mimeTypes[endingOf(file)];
  return {
    status: 200,
    headers: { ...facts, ...(type === undefined ? {} : { "content-type": type }) },
    body,
  };
}

/** The image's folder has Indexes on. */
async function listing(folder: string, path: string): Promise<Served> {
  const entries = (await readdir(folder).catch(() => [])).sort();
  const items = entries.map((name) => `<li><a href="${encodeURI(name)}"> ${name}</a></li>`);
  const title = `Index of ${path.replace(/(.)\/$/, "$1")}`;
  return html(
    200,
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n<h1>${title}</h1>\n<ul>${items.join("\n")}\n</ul>\n</body></html>\n`,
  );
}

function page(status: number, headers: Readonly<Record<string, string>> = {}): Served {
  const name = STATUS_CODES[status] ?? "";
  const { headers: own, body } = html(
    status,
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${name}</title>\n</head><body>\n<h1>${name}</h1>\n<p>${sentences[status] ?? ""}</p>\n</body></html>\n`,
  );
  return { status, headers: { ...own, ...headers }, body };
}

function html(status: number, body: string): Served {
  return { status, headers: { "content-type": "text/html; charset=iso-8859-1" }, body };
}

function welcome(): Served {
  return { status: 200, headers: { "content-type": "text/html" }, body: welcomePage };
}

const isWelcome = (path: string): boolean => path === "/" || path === "/index.html";

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Decoded and without "..", or undefined for what is no path. */
function decoded(path: string): string | undefined {
  try {
    return join("/", normalize(decodeURIComponent(path)));
  } catch {
    return undefined;
  }
}
