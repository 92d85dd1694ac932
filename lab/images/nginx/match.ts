import type { Location, ServerName, VirtualServer } from "./contract.ts";

export interface Chosen {
  readonly location: Location;
  readonly groups: RegExpExecArray | undefined;
}

/**
 * The location for a path: an exact one; else the longest prefix when it is a `^~`; else the first regular expression that
 * fits; else the longest prefix. Locations inside the prefix come before regular expressions beside it.
 */
export function chooseLocation(locations: readonly Location[], uri: string): Chosen | undefined {
  return search(locations, uri)?.chosen;
}

interface Found {
  readonly chosen: Chosen;
  /** Nothing can come before it any more. */
  readonly isFinal: boolean;
}

function search(locations: readonly Location[], uri: string): Found | undefined {
  const exact = locations.find(({ match }) => match.kind === "exact" && match.text === uri);
  if (exact !== undefined) return { chosen: { location: exact, groups: undefined }, isFinal: true };
  const prefix = longestPrefix(locations, uri);
  const inner = prefix === undefined ? undefined : search(prefix.locations, uri);
  if (inner?.isFinal === true) return inner;
  if (prefix?.match.kind !== "prefixFinal")
    for (const location of locations) {
      if (location.match.kind !== "regex") continue;
      const groups = location.match.pattern.exec(uri);
      if (groups === null) continue;
      const deeper = search(location.locations, uri);
      return { chosen: deeper?.chosen ?? { location, groups }, isFinal: true };
    }
  if (inner !== undefined) return inner;
  return prefix === undefined
    ? undefined
    : { chosen: { location: prefix, groups: undefined }, isFinal: false };
}

function longestPrefix(locations: readonly Location[], uri: string): Location | undefined {
  let longest: Location | undefined;
  let length = -1;
  for (const location of locations) {
    const { match } = location;
    if (match.kind !== "prefix" && match.kind !== "prefixFinal") continue;
    if (match.text.length <= length || !uri.startsWith(match.text)) continue;
    longest = location;
    length = match.text.length;
  }
  return longest;
}

/**
 * The server for a host among those of one address: exact name, longest `*.suffix`, longest `prefix.*`, first regular
 * expression; else the default server, or the first.
 */
export function chooseServer(
  servers: readonly VirtualServer[],
  host: string,
  isDefault: (server: VirtualServer) => boolean,
): VirtualServer | undefined {
  let best: VirtualServer | undefined;
  let bestRank = 0;
  for (const server of servers)
    for (const name of server.names) {
      const rank = rankOf(name, host);
      if (rank <= bestRank) continue;
      best = server;
      bestRank = rank;
    }
  return best ?? servers.find(isDefault) ?? servers[0];
}

const longest = 1000;

/** How well a name fits: 0 not at all, else more for what comes first. */
function rankOf(name: ServerName, host: string): number {
  if (name.kind === "regex") return name.pattern.test(host) ? 1 : 0;
  if (name.kind === "exact") return name.text === host ? 4 * longest : 0;
  if (name.kind === "suffix") {
    const fits = host.endsWith(name.text) || `.${host}` === name.text;
    return fits ? 2 * longest + name.text.length : 0;
  }
  return host.startsWith(name.text) ? longest + name.text.length : 0;
}
