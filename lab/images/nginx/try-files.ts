import { stat } from "node:fs/promises";
import { type Exchange, type Reply, statusReply } from "./exchange.ts";
import { filePathOf } from "./paths.ts";
import type { BuiltIn } from "./static.ts";
import { filled, variablesOf } from "./variables.ts";

export type Tried =
  | { readonly kind: "on" }
  | { readonly kind: "reply"; readonly reply: Reply }
  /** A path to look up, or a named location. */
  | { readonly kind: "redirect"; readonly target: string };

/** `try_files`: the first file or folder that there is becomes the path; else the last argument says what to do. */
export async function tryFiles(exchange: Exchange, builtIn: BuiltIn): Promise<Tried> {
  const { location, server } = exchange;
  const [directive] = (location?.scope ?? server.scope).own.get("try_files") ?? [];
  if (directive === undefined) return { kind: "on" };
  const last = directive.args.at(-1) ?? "";
  for (const candidate of directive.args.slice(0, -1)) {
    const uri = filled(candidate, exchange);
    const isFolder = candidate.endsWith("/");
    if (!(await isThere(exchange, uri, isFolder, builtIn))) continue;
    // The slash was for asking alone: "$uri/" sends "/folder" to "/folder/" and finds the index of that.
    exchange.uri = isFolder ? uri.replace(/(.)\/$/, "$1") : uri;
    return { kind: "on" };
  }
  if (/^=\d+$/.test(last)) return { kind: "reply", reply: statusReply(Number(last.slice(1))) };
  return { kind: "redirect", target: filled(last, exchange) };
}

async function isThere(
  exchange: Exchange,
  uri: string,
  isFolder: boolean,
  builtIn: BuiltIn,
): Promise<boolean> {
  const path = filePathOf(exchange, variablesOf(exchange), uri);
  const facts = await stat(path).catch(() => undefined);
  if (isFolder)
    return (
      facts?.isDirectory() === true ||
      builtIn(`${path.replace(/\/+$/, "")}/index.html`) !== undefined
    );
  return facts?.isFile() === true || builtIn(path) !== undefined;
}
