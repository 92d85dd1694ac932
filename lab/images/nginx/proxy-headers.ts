import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { ProxyTarget } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import { directivesOf } from "./scope.ts";
import { absoluteLocation, filled } from "./variables.ts";

/** Of the connection, not of the message (RFC 9110, 7.6.1), or made anew here. */
const ownOfConnection = new Set(
  "connection keep-alive te trailer transfer-encoding upgrade expect host content-length proxy-connection".split(
    " ",
  ),
);

/** The client's headers with those of `proxy_set_header` in their place; an empty one is left out. */
export function passedHeaders(exchange: Exchange, target: ProxyTarget): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    host: target.authority.replace(target.scheme === "https" ? /:443$/ : /:80$/, ""),
    connection: "close",
  };
  for (const [name, values] of Object.entries(exchange.request.headersDistinct))
    if (!ownOfConnection.has(name) && values !== undefined) headers[name] = values;
  const scope = exchange.location?.scope ?? exchange.server.scope;
  for (const { args } of directivesOf(scope, "proxy_set_header")) {
    const [name = "", value = ""] = args;
    const text = filled(value, exchange);
    if (text === "") delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = text;
  }
  if (exchange.body.length > 0) headers["content-length"] = exchange.body.length;
  return headers;
}

const hidden = new Set("connection keep-alive transfer-encoding date server x-pad".split(" "));

/** The upstream's headers but those of the connection, nginx' own and `proxy_hide_header`; Location as `proxy_redirect` says. */
export function returnedHeaders(
  exchange: Exchange,
  target: ProxyTarget,
  response: IncomingMessage,
): Readonly<Record<string, string | readonly string[]>> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const more = directivesOf(scope, "proxy_hide_header").map(({ args }) => args[0]?.toLowerCase());
  const headers: Record<string, string | readonly string[]> = {};
  const { rawHeaders } = response;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const key = name.toLowerCase();
    if (hidden.has(key) || key.startsWith("x-accel-") || more.includes(key)) continue;
    const value = rawHeaders[at + 1] ?? "";
    const before = headers[name];
    if (before !== undefined) headers[name] = [before, value].flat();
    else headers[name] = key === "location" ? redirected(exchange, target, value) : value;
  }
  return headers;
}

/** By default what stands in proxy_pass becomes what the location matched; what no rule fits stays as it is. */
function redirected(exchange: Exchange, target: ProxyTarget, location: string): string {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const match = exchange.location?.match;
  const rules = directivesOf(scope, "proxy_redirect");
  if (rules.some(({ args }) => args[0] === "off")) return location;
  const matched = match === undefined || match.kind === "regex" ? undefined : match.text;
  const byDefault =
    exchange.location?.proxy?.fixed === undefined || matched === undefined
      ? []
      : [
          target.uri === undefined
            ? [`${target.scheme}://${target.authority}/`, "/"]
            : [`${target.scheme}://${target.authority}${target.uri}`, matched],
        ];
  const pairs =
    rules.length === 0
      ? byDefault
      : rules.flatMap(({ args }) => (args[0] === "default" ? byDefault : [[...args]]));
  for (const [from = "", to = ""] of pairs) {
    const before = filled(from, exchange);
    if (before !== "" && location.startsWith(before))
      return absoluteLocation(exchange, filled(to, exchange) + location.slice(before.length));
  }
  return location;
}
