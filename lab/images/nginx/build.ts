import { buildMaps } from "./build-maps.ts";
import { buildSteps } from "./build-steps.ts";
import { buildUpstreams, resolverAddresses } from "./build-upstreams.ts";
import { checkVariables } from "./check-variables.ts";
import type {
  Configuration,
  Directive,
  Listen,
  Location,
  LocationMatch,
  Lookup,
  ProxyPass,
  Scope,
  ServerName,
  VirtualServer,
} from "./contract.ts";
import { checkDirectives } from "./directives.ts";
import { Emergency } from "./errors.ts";
import { proxyTarget } from "./proxy-target.ts";
import { regex } from "./regex.ts";
import { firstOf, scopeOf, sizeBytes, timeMs } from "./scope.ts";
import { templateOf } from "./template.ts";

/**
 * Makes of the tree what requests meet, and resolves the names of upstreams, as nginx does before it starts.
 * @throws Emergency for what nginx would not start with
 */
export async function buildConfiguration(
  directives: readonly Directive[],
  lookup: Lookup,
): Promise<Configuration> {
  checkDirectives(directives);
  if (!directives.some(({ name }) => name === "events"))
    throw new Emergency('no "events" section in configuration');
  checkVariables(directives);
  checkUnits(directives);
  const main = scopeOf(directives, undefined);
  const http = directives.find(({ name }) => name === "http")?.block ?? [];
  const httpScope = scopeOf(http, main);
  const servers = blocks(http, "server").map((server) => buildServer(server, httpScope));
  const proxies = servers.flatMap(proxiesOf);
  return {
    servers,
    maps: buildMaps(blocks(http, "map")),
    upstreams: await buildUpstreams(blocks(http, "upstream"), proxies, lookup),
    resolvers: await resolverAddresses(everywhere(directives, "resolver"), lookup),
    pidFile: firstOf(main, "pid") ?? "/run/nginx.pid",
  };
}

function blocks(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.filter((directive) => directive.name === name);
}

function everywhere(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...everywhere(directive.block ?? [], name),
  ]);
}

function buildServer(server: Directive, http: Scope): VirtualServer {
  const block = server.block ?? [];
  const scope = scopeOf(block, http);
  const listens = blocks(block, "listen").map(buildListen);
  return {
    listens: listens.length > 0 ? listens : [{ host: "0.0.0.0", port: 80, isDefault: false }],
    names: blocks(block, "server_name").flatMap((directive) =>
      directive.args.map((name) => buildName(name, directive)),
    ),
    scope,
    steps: buildSteps(block, (branch) => buildBranch(branch, scope, undefined)),
    locations: blocks(block, "location").map((location) => buildLocation(location, scope)),
  };
}

function buildLocation(location: Directive, parent: Scope): Location {
  const block = location.block ?? [];
  const scope = scopeOf(block, parent);
  const match = buildMatch(location);
  return {
    match,
    scope,
    steps: buildSteps(block, (branch) => buildBranch(branch, scope, { match, block })),
    locations: blocks(block, "location").map((inner) => buildLocation(inner, scope)),
    proxy: buildProxy(block, match.kind === "regex" || match.kind === "named"),
  };
}

/** What stands in an `if` is a location of its own within the one around it, whose proxy_pass it inherits. */
function buildBranch(
  branch: Directive,
  parent: Scope,
  around: { readonly match: LocationMatch; readonly block: readonly Directive[] } | undefined,
): Location {
  const block = branch.block ?? [];
  const scope = scopeOf(block, parent);
  const isRegex = around?.match.kind === "regex" || around?.match.kind === "named";
  return {
    match: around?.match ?? { kind: "prefix", text: "/" },
    scope,
    steps: buildSteps(block, (inner) => buildBranch(inner, scope, around)),
    locations: [],
    proxy: buildProxy(block, true) ?? buildProxy(around?.block ?? [], isRegex),
  };
}

function buildMatch(location: Directive): LocationMatch {
  const [first = "", second] = location.args;
  if (second === undefined) {
    const [, sign, rest = ""] = /^(=|\^~|~\*|~)(.*)$/.exec(first) ?? [];
    if (sign !== undefined && rest !== "") return matchOf(sign, rest, location);
    return { kind: first.startsWith("@") ? "named" : "prefix", text: first };
  }
  return matchOf(first, second, location);
}

function matchOf(sign: string, text: string, location: Directive): LocationMatch {
  switch (sign) {
    case "=":
      return { kind: "exact", text };
    case "^~":
      return { kind: "prefixFinal", text };
    case "~":
      return { kind: "regex", pattern: regex(text, "", location) };
    case "~*":
      return { kind: "regex", pattern: regex(text, "i", location) };
    default:
      throw Emergency.at(location, `invalid location modifier "${sign}"`);
  }
}

function buildProxy(block: readonly Directive[], hasNoPrefix: boolean): ProxyPass | undefined {
  const [directive] = blocks(block, "proxy_pass");
  if (directive === undefined) return undefined;
  const text = directive.args[0] ?? "";
  const target = templateOf(text);
  if (!target.isConstant) return { directive, target, fixed: undefined };
  const fixed = proxyTarget(text);
  if (fixed === undefined) throw Emergency.at(directive, "invalid URL prefix");
  if (hasNoPrefix && fixed.uri !== undefined)
    throw Emergency.at(
      directive,
      '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block',
    );
  return { directive, target, fixed };
}

function proxiesOf({
  locations,
  steps,
}: Pick<Location, "locations" | "steps">): readonly ProxyPass[] {
  const branches = steps.flatMap((step) => (step.kind === "if" ? [step.branch] : []));
  return [...locations, ...branches].flatMap((location) => [
    ...(location.proxy === undefined ? [] : [location.proxy]),
    ...proxiesOf(location),
  ]);
}

function buildListen(directive: Directive): Listen {
  const [address = "", ...options] = directive.args;
  const unknown = options.find((option) => !isListenOption(option));
  if (unknown !== undefined)
    throw Emergency.at(
      directive,
      `the lab's stand-in for nginx cannot listen with the parameter "${unknown}"`,
    );
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*?))(?::(\d+))?$/.exec(address) ?? [];
  const isPortAlone = bracketed === undefined && port === undefined && /^\d+$/.test(address);
  const number = Number(isPortAlone ? address : (port ?? 80));
  const host = isPortAlone ? "*" : (bracketed ?? plain);
  if (host === undefined || !(number > 0 && number < 65_536))
    throw Emergency.at(directive, `host not found in "${address}" of the "listen" directive`);
  return {
    host: host === "*" || host === "" ? "0.0.0.0" : host === "localhost" ? "127.0.0.1" : host,
    port: number,
    isDefault: options.some((option) => option === "default_server" || option === "default"),
  };
}

function isListenOption(option: string): boolean {
  return /^(?:default_server|default|reuseport|deferred|bind|ipv6only=(?:on|off)|backlog=\d+|so_keepalive=.*|rcvbuf=.*|sndbuf=.*)$/.test(
    option,
  );
}

function buildName(name: string, directive: Directive): ServerName {
  const text = name.toLowerCase();
  if (text.startsWith("~")) return { kind: "regex", pattern: regex(name.slice(1), "i", directive) };
  if (text.startsWith("*.")) return { kind: "suffix", text: text.slice(1) };
  if (text.endsWith(".*")) return { kind: "prefix", text: text.slice(0, -1) };
  if (text.startsWith(".")) return { kind: "suffix", text };
  return { kind: "exact", text };
}

/** Values that are read for every request are looked at before there is one. */
function checkUnits(directives: readonly Directive[]): void {
  for (const directive of directives) {
    const { name, args, block = [] } = directive;
    const isTime = /^proxy_(?:connect|read|send)_timeout$/.test(name);
    const value = args[0] ?? "";
    if (isTime && timeMs(value) === undefined)
      throw Emergency.at(directive, `"${name}" directive invalid value`);
    if (name === "client_max_body_size" && sizeBytes(value) === undefined)
      throw Emergency.at(directive, `"${name}" directive invalid value`);
    checkUnits(block);
  }
}
