import { endingOf } from "../serving/mime-types.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { directivesOf, firstOf } from "./scope.ts";

/** A text of the configuration as answer. */
export function textReply(exchange: Exchange, status: number, text: string): Reply {
  const headers = { "Content-Type": contentTypeOf(exchange, exchange.uri) };
  return { status, headers, body: text, isOwn: false };
}

/** Without any `types`. */
const builtIn: Readonly<Record<string, string>> = {
  html: "text/html",
  gif: "image/gif",
  jpg: "image/jpeg",
};

/** By the ending of the path in `types`, else `default_type`; with `charset` where that is set for text. */
export function contentTypeOf(exchange: Exchange, path: string): string {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const ending = endingOf(path);
  const tables = directivesOf(scope, "types");
  const rows = tables.flatMap(({ block = [] }) => block);
  const listed = rows.find(({ args }) => args.includes(ending))?.name;
  const known = tables.length === 0 ? builtIn[ending] : listed;
  const type = known ?? firstOf(scope, "default_type") ?? "text/plain";
  const charset = firstOf(scope, "charset") ?? "off";
  const isText = /^(?:text\/|application\/(?:javascript|json|rss\+xml))/.test(type);
  return charset === "off" || !isText ? type : `${type}; charset=${charset}`;
}
