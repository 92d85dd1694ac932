import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Exchange, Reply } from "./exchange.ts";
import { reasonOf, statusPage } from "./pages.ts";
import { directivesOf, firstOf, isOn } from "./scope.ts";
import { absoluteLocation, filled, nginxVersion } from "./variables.ts";

/** Statuses that `add_header` without "always" goes with. */
const headed = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** Writes a reply; the exchange then knows status and size. */
export async function sendReply(
  exchange: Exchange,
  reply: Reply,
  response: ServerResponse,
): Promise<void> {
  const { request } = exchange;
  const { status } = reply;
  exchange.status = status;
  if (status === 444) {
    request.socket.destroy();
    return;
  }
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const server = isOn(scope, "server_tokens", true) ? `nginx/${nginxVersion}` : "nginx";
  const isPage = reply.isOwn && reply.body === "" && status >= 300 && status !== 304;
  const body = isPage ? statusPage(status, server) : reply.body;
  const isWhole = typeof body === "string" || Buffer.isBuffer(body);
  const headers = {
    Server: server,
    Date: new Date().toUTCString(),
    ...(isPage ? { "Content-Type": "text/html" } : {}),
    ...(isWhole && status !== 204 && status !== 304
      ? { "Content-Length": Buffer.byteLength(body) }
      : {}),
    Connection: response.shouldKeepAlive ? "keep-alive" : "close",
    ...absolute(exchange, reply.headers),
    ...expiry(exchange, status),
    ...added(exchange, status),
  };
  response.writeHead(status, reasonOf(status), headers);
  if (request.method === "HEAD") {
    if (!isWhole) body.resume();
    response.end();
  } else if (isWhole) {
    exchange.sentBytes = Buffer.byteLength(body);
    response.end(body);
  } else {
    body.on("data", (piece: Buffer) => {
      exchange.sentBytes += piece.length;
    });
    await pipeline(body, response);
  }
}

/** A Location of nginx' own names this server. */
function absolute(exchange: Exchange, headers: Reply["headers"]): Reply["headers"] {
  const { Location: location } = headers;
  const isOwn = exchange.upstream.address === "";
  if (typeof location !== "string" || !isOwn) return headers;
  return { ...headers, Location: absoluteLocation(exchange, location) };
}

function added(exchange: Exchange, status: number): Record<string, string[]> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const headers: Record<string, string[]> = {};
  for (const { args } of directivesOf(scope, "add_header")) {
    const [name = "", value = "", always] = args;
    const text = filled(value, exchange);
    if (text === "" || (always !== "always" && !headed.has(status))) continue;
    headers[name] = [...(headers[name] ?? []), text];
  }
  return headers;
}

const farFuture = 315_360_000;
const unitSeconds: Readonly<Record<string, number>> = {
  "": 1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  y: 31_536_000,
};

/** `expires`: off, epoch, max or a time from now. */
function expiry(exchange: Exchange, status: number): Record<string, string> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const value = firstOf(scope, "expires") ?? "off";
  if (value === "off" || !headed.has(status)) return {};
  if (value === "epoch" || value.startsWith("-"))
    return { Expires: new Date(1000).toUTCString(), "Cache-Control": "no-cache" };
  const [, count, unit = ""] = /^(\d+)([smhdy]?)$/.exec(value) ?? [];
  const seconds = value === "max" ? farFuture : Number(count ?? 0) * (unitSeconds[unit] ?? 1);
  return {
    Expires: new Date(Date.now() + seconds * 1000).toUTCString(),
    "Cache-Control": `max-age=${seconds}`,
  };
}
