import { BlockList, isIP } from "node:net";
import { plainAddress } from "../serving/listen.ts";
import { dropBody, type Exchange, type Reply, statusReply } from "./exchange.ts";
import type { ErrorLog } from "./logs.ts";
import { chooseLocation } from "./match.ts";
import { directivesOf, firstOf, sizeBytes } from "./scope.ts";
import { type BuiltIn, serveStatic } from "./static.ts";
import { runSteps } from "./steps.ts";
import { textReply } from "./text-reply.ts";
import { tryFiles } from "./try-files.ts";
import { filled } from "./variables.ts";

export interface Phases {
  readonly proxy: (exchange: Exchange) => Promise<Reply>;
  readonly builtIn: BuiltIn;
  readonly log: ErrorLog;
}

/** A path may be looked up anew that often. */
const mostRounds = 10;

/** Takes a request through nginx' phases: server rewrite, location, its rewrite, access, try_files, content, error page. */
export async function replyTo(exchange: Exchange, phases: Phases): Promise<Reply> {
  const reply = await contentOf(exchange, phases);
  if (!reply.isOwn || reply.status < 300) return reply;
  return await errorPage(exchange, reply, phases);
}

async function contentOf(exchange: Exchange, phases: Phases): Promise<Reply> {
  const rewritten = runSteps(exchange.server.steps, exchange);
  if (rewritten.kind === "reply") return rewritten.reply;
  return await fromLocation(exchange, phases, mostRounds);
}

/** From the choice of the location on. */
async function fromLocation(exchange: Exchange, phases: Phases, rounds: number): Promise<Reply> {
  if (rounds === 0) {
    phases.log(
      exchange,
      "error",
      `rewrite or internal redirection cycle while processing "${exchange.uri}"`,
    );
    return statusReply(500);
  }
  const again = (): Promise<Reply> => fromLocation(exchange, phases, rounds - 1);
  const missing = slashRedirect(exchange);
  if (missing !== undefined) return missing;
  const chosen = chooseLocation(exchange.server.locations, exchange.uri);
  exchange.location = chosen?.location;
  exchange.groups = chosen?.groups ?? exchange.groups;
  if (exchange.location?.scope.own.has("internal") === true && !exchange.isInternal)
    return statusReply(404);
  return await inLocation(exchange, phases, again);
}

async function inLocation(
  exchange: Exchange,
  phases: Phases,
  again: () => Promise<Reply>,
): Promise<Reply> {
  const outcome = runSteps(exchange.location?.steps ?? [], exchange);
  if (outcome.kind === "reply") return outcome.reply;
  if (outcome.kind === "again") return await again();
  const refused = accessOf(exchange, phases.log);
  if (refused !== undefined) return refused;
  const tried = await tryFiles(exchange, phases.builtIn);
  if (tried.kind === "reply") return tried.reply;
  if (tried.kind === "redirect") return await redirected(exchange, tried.target, phases, again);
  if (exchange.location?.proxy !== undefined) return await phases.proxy(exchange);
  if (exchange.location?.scope.own.has("stub_status") === true) return stubStatus(exchange);
  const found = await serveStatic(exchange, phases.builtIn, phases.log);
  if (!("indexUri" in found)) return found;
  exchange.uri = found.indexUri;
  exchange.isInternal = true;
  return await again();
}

/** To another path, or to a named location, whose name has no path of its own. */
async function redirected(
  exchange: Exchange,
  target: string,
  phases: Phases,
  again: () => Promise<Reply>,
): Promise<Reply> {
  exchange.isInternal = true;
  if (!target.startsWith("@")) {
    const [path = "", ...query] = target.split("?");
    exchange.uri = path;
    if (query.length > 0) exchange.args = query.join("?");
    return await again();
  }
  const named = exchange.server.locations.find(
    ({ match }) => match.kind === "named" && match.text === target,
  );
  if (named === undefined) {
    phases.log(exchange, "error", `could not find named location "${target}"`);
    return statusReply(500);
  }
  exchange.location = named;
  return await inLocation(exchange, phases, again);
}

/** A path that lacks nothing but the slash of a location with proxy_pass is sent there. */
function slashRedirect({ server, uri, args }: Exchange): Reply | undefined {
  const withSlash = `${uri}/`;
  const isMissing =
    server.locations.some(
      ({ match, proxy }) =>
        (match.kind === "prefix" || match.kind === "prefixFinal") &&
        match.text === withSlash &&
        proxy !== undefined,
    ) && !server.locations.some(({ match }) => match.kind === "exact" && match.text === uri);
  return isMissing
    ? statusReply(301, { Location: args === "" ? withSlash : `${withSlash}?${args}` })
    : undefined;
}

function accessOf(exchange: Exchange, log: ErrorLog): Reply | undefined {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const limit = sizeBytes(firstOf(scope, "client_max_body_size") ?? "1m") ?? 0;
  if (limit > 0 && exchange.body.length > limit) {
    log(exchange, "error", `client intended to send too large body: ${exchange.body.length} bytes`);
    return statusReply(413);
  }
  // Both lists count in the order that they stand in.
  const rules = [...directivesOf(scope, "allow"), ...directivesOf(scope, "deny")].sort(
    (a, b) => a.line - b.line,
  );
  const client = plainAddress(exchange.request.socket.remoteAddress);
  const rule = rules.find(({ args }) => isWithin(client, args[0] ?? ""));
  if (rule?.name !== "deny") return undefined;
  log(exchange, "error", "access forbidden by rule");
  return statusReply(403);
}

function isWithin(address: string, range: string): boolean {
  if (range === "all") return true;
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const [network = "", bits] = range.split("/");
  if (isIP(network) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  return list.check(address, family);
}

/** The counts of this process are not kept: one connection, that of the request, is what there surely is. */
function stubStatus(exchange: Exchange): Reply {
  const text =
    "Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n";
  return { ...textReply(exchange, 200, text), headers: { "Content-Type": "text/plain" } };
}

/** `error_page CODE... [=[STATUS]] URI`: another page in the place of nginx' own. */
async function errorPage(exchange: Exchange, reply: Reply, phases: Phases): Promise<Reply> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  for (const { args } of directivesOf(scope, "error_page")) {
    const [target = ""] = args.slice(-1);
    const codes = args.slice(0, -1);
    if (!codes.includes(String(reply.status))) continue;
    const answer = codes.find((code) => code.startsWith("="));
    const uri = filled(target, exchange);
    if (/^https?:/.test(uri)) return statusReply(302, { Location: uri });
    dropBody(reply);
    exchange.isInternal = true;
    const again = (): Promise<Reply> => fromLocation(exchange, phases, mostRounds);
    const page = await redirected(exchange, uri, phases, again);
    const status =
      answer === undefined ? reply.status : answer === "=" ? page.status : Number(answer.slice(1));
    return page.isOwn && page.status >= 400
      ? { ...page, status: reply.status }
      : { ...page, status };
  }
  return reply;
}
