import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { plainAddress } from "../serving/listen.ts";
import { commonLogTime } from "../serving/times.ts";
import type { VariableMap, Variables } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import { filePathOf, rootOf } from "./paths.ts";
import { directivesOf, isOn } from "./scope.ts";
import { templateOf } from "./template.ts";

export const nginxVersion = process.env.NGINX_VERSION ?? "1.29.3";

type Value = (exchange: Exchange) => string | undefined;

const header = (exchange: Exchange, name: string): string | undefined =>
  exchange.request.headers[name]?.toString();

/** nginx.org/en/docs/varindex.html, as far as they are here. */
const values: Readonly<Record<string, Value>> = {
  args: ({ args }) => args,
  query_string: ({ args }) => args,
  is_args: ({ args }) => (args === "" ? "" : "?"),
  body_bytes_sent: ({ sentBytes }) => String(sentBytes),
  bytes_sent: ({ sentBytes }) => String(sentBytes),
  connection: ({ connection }) => String(connection),
  connection_requests: () => "1",
  content_length: (exchange) => header(exchange, "content-length"),
  content_type: (exchange) => header(exchange, "content-type"),
  document_root: (exchange) => rootOf(exchange, variablesOf(exchange)),
  document_uri: ({ uri }) => uri,
  host: hostOf,
  hostname: () => hostname(),
  https: () => "",
  msec: () => (Date.now() / 1000).toFixed(3),
  nginx_version: () => nginxVersion,
  pid: () => String(process.pid),
  pipe: () => ".",
  proxy_add_x_forwarded_for: (exchange) => {
    const before = header(exchange, "x-forwarded-for");
    const client = clientOf(exchange);
    return before === undefined ? client : `${before}, ${client}`;
  },
  proxy_host: (exchange) => proxyTargetOf(exchange)?.replace(/:80$/, ""),
  proxy_port: (exchange) => /:(\d+)$/.exec(proxyTargetOf(exchange) ?? "")?.[1] ?? "80",
  remote_addr: clientOf,
  remote_port: ({ request }) => String(request.socket.remotePort ?? ""),
  remote_user: (exchange) => {
    const [, encoded = ""] = /^Basic (.*)$/i.exec(header(exchange, "authorization") ?? "") ?? [];
    return Buffer.from(encoded, "base64").toString().split(":")[0] || undefined;
  },
  request: ({ request }) => `${request.method} ${request.url} HTTP/${request.httpVersion}`,
  request_body: ({ body }) => body.toString(),
  request_filename: (exchange) => filePathOf(exchange, variablesOf(exchange)),
  request_id: (exchange) => {
    const known = exchange.assigned.get("request_id") ?? randomBytes(16).toString("hex");
    exchange.assigned.set("request_id", known);
    return known;
  },
  request_length: ({ body }) => String(body.length),
  request_method: ({ request }) => request.method,
  request_time: ({ startMs }) => ((performance.now() - startMs) / 1000).toFixed(3),
  request_uri: ({ request }) => request.url,
  scheme: () => "http",
  server_addr: ({ request }) => plainAddress(request.socket.localAddress),
  server_name: ({ server }) => directivesOf(server.scope, "server_name")[0]?.args[0] ?? "",
  server_port: ({ request }) => String(request.socket.localPort ?? ""),
  server_protocol: ({ request }) => `HTTP/${request.httpVersion}`,
  status: ({ status }) => String(status).padStart(3, "0"),
  time_iso8601: () => new Date().toISOString().replace(/\.\d+Z$/, "+00:00"),
  time_local: () => commonLogTime(new Date()),
  upstream_addr: ({ upstream }) => upstream.address || undefined,
  upstream_status: ({ upstream }) => upstream.status || undefined,
  upstream_response_time: ({ upstream }) =>
    upstream.responseMs === undefined ? undefined : (upstream.responseMs / 1000).toFixed(3),
  uri: ({ uri }) => uri,
};

const families: Readonly<Record<string, (exchange: Exchange, rest: string) => string | undefined>> =
  {
    arg_: ({ args }, name) => new URLSearchParams(args).get(name) ?? undefined,
    cookie_: (exchange, name) =>
      new RegExp(`(?:^|;\\s*)${name}=([^;]*)`).exec(header(exchange, "cookie") ?? "")?.[1],
    http_: (exchange, name) => header(exchange, name.replaceAll("_", "-")),
  };

/** What a request can say without `set`, `map` and groups of its own. */
export function isBuiltIn(name: string): boolean {
  return name in values || Object.keys(families).some((prefix) => name.startsWith(prefix));
}

export function variablesOf(exchange: Exchange): Variables {
  return (name) => {
    const assigned = exchange.assigned.get(name);
    if (assigned !== undefined) return assigned;
    if (/^\d$/.test(name)) return exchange.groups?.[Number(name)];
    const map = exchange.configuration.maps.get(name);
    if (map !== undefined) return mapped(map, variablesOf(exchange));
    const value = values[name];
    if (value !== undefined) return value(exchange);
    const family = Object.entries(families).find(([prefix]) => name.startsWith(prefix));
    if (family !== undefined) return family[1](exchange, name.slice(family[0].length));
    return exchange.groups?.groups?.[name];
  };
}

/** A text of the configuration for this request. */
export function filled(text: string, exchange: Exchange): string {
  return text.includes("$") ? templateOf(text).fill(variablesOf(exchange)) : text;
}

/** A path as this server's URL, unless `absolute_redirect` is off. */
export function absoluteLocation(exchange: Exchange, location: string): string {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  if (!location.startsWith("/") || !isOn(scope, "absolute_redirect", true)) return location;
  const port = exchange.request.socket.localPort;
  return `http://${hostOf(exchange)}${port === 80 ? "" : `:${port}`}${location}`;
}

function mapped(map: VariableMap, variables: Variables): string {
  const source = map.source.fill(variables);
  const exact = map.exact.get(source.toLowerCase());
  if (exact !== undefined) return exact.fill(variables);
  const fitting = map.patterns.find(({ pattern }) => pattern.test(source));
  return (fitting?.value ?? map.fallback).fill(variables);
}

function clientOf({ request }: Exchange): string {
  return plainAddress(request.socket.remoteAddress);
}

function hostOf(exchange: Exchange): string {
  const named = header(exchange, "host")?.replace(/:\d+$/, "").toLowerCase();
  return named || (directivesOf(exchange.server.scope, "server_name")[0]?.args[0] ?? "");
}

function proxyTargetOf(exchange: Exchange): string | undefined {
  const proxy = exchange.location?.proxy;
  if (proxy === undefined) return undefined;
  return (
    proxy.fixed?.authority ??
    proxy.target
      .fill(variablesOf(exchange))
      .replace(/^https?:\/\//, "")
      .split("/")[0]
  );
}
