import { resolve } from "node:path";
import type { Directive, Scope, Variables } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import { templateOf } from "./template.ts";

const prefix = "/etc/nginx";

/** `root` or `alias`, whichever is nearer, with variables filled in; relative ones are below /etc/nginx. */
export function rootOf(exchange: Exchange, variables: Variables): string {
  const text = rootDirective(exchange)?.args[0] ?? "html";
  return resolve(prefix, templateOf(text).fill(variables));
}

/** The file that a path means: below the root, or in the alias' place of what the location matched. */
export function filePathOf(exchange: Exchange, variables: Variables, uri = exchange.uri): string {
  const match = exchange.location?.match;
  const directive = rootDirective(exchange);
  if (directive?.name !== "alias" || match === undefined) return rootOf(exchange, variables) + uri;
  const filled = templateOf(directive.args[0] ?? "").fill(variables);
  return match.kind === "regex" ? filled : filled + uri.slice(match.text.length);
}

function rootDirective(exchange: Exchange): Directive | undefined {
  const innermost = exchange.location?.scope ?? exchange.server.scope;
  for (let scope: Scope | undefined = innermost; scope !== undefined; scope = scope.parent) {
    const found = scope.own.get("alias")?.[0] ?? scope.own.get("root")?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
