import { readdirSync, readFileSync } from "node:fs";
import { openNamespace } from "#linux/namespace/enter.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import { localHost } from "../plugin/host.ts";
import type { InnerLink, SurveyedNamespace } from "./contract.ts";
import { unlessGone } from "./unless-gone.ts";

interface Seen {
  readonly paths: string[];
  readonly pids: string[];
}

/**
 * The network namespaces that there are, but for `own`: those with a name, which are mounts, and those that processes
 * are in. One that nothing but an open file holds is not seen.
 */
export function surveyNamespaces(
  host: RouteSocket,
  own: string | undefined,
): readonly SurveyedNamespace[] {
  const seen = new Map<string, Seen>();
  const at = (path: string): Seen | undefined => {
    const identity = localHost.netnsIdentity(path);
    if (identity === undefined || identity === own) return undefined;
    const known = seen.get(identity) ?? { paths: [], pids: [] };
    seen.set(identity, known);
    return known;
  };
  for (const path of mountedNamespaces()) at(path)?.paths.push(path);
  const processes = unlessGone(() => readdirSync("/proc"), []).filter((name) => /^\d+$/.test(name));
  for (const pid of processes) at(pathOf(pid))?.pids.push(pid);
  return [...seen].flatMap(([identity, { paths, pids }]) => {
    const ways = [...paths, ...pids.map(pathOf)];
    const way = ways.find((path) => localHost.netnsIdentity(path) === identity);
    // Gone meanwhile, with its last name and process.
    if (way === undefined) return [];
    const pid = pids[0] === undefined ? undefined : Number(pids[0]);
    return [{ identity, paths, pid, idOnHost: idOnHost(host, way), links: linksIn(way) }];
  });
}

function idOnHost(host: RouteSocket, path: string): number | undefined {
  try {
    const namespace = openNamespace(path);
    try {
      return host.namespaceId(namespace.fd);
    } finally {
      namespace.close();
    }
  } catch {
    return undefined;
  }
}

const pathOf = (pid: string): string => `/proc/${pid}/ns/net`;

/** Files that a namespace is mounted on (mount type nsfs, proc(5)). */
function mountedNamespaces(): ReadonlySet<string> {
  const lines = unlessGone(() => readFileSync("/proc/self/mountinfo", "utf8"), "").split("\n");
  return new Set(
    lines.flatMap((line) => {
      const [, , , root = "", path = ""] = line.split(" ");
      return root.startsWith("net:[") ? [path.replaceAll(/\\(\d{3})/g, octal)] : [];
    }),
  );
}

const octal = (_: string, digits: string): string =>
  String.fromCharCode(Number.parseInt(digits, 8));

function linksIn(namespacePath: string): readonly InnerLink[] | undefined {
  try {
    const route = openRoute({ namespacePath });
    try {
      const addresses = route.addresses();
      return route.links().map(({ index, name, mac, kind, parentIndex }) => {
        const own = addresses.filter(
          ({ linkIndex, permanent, scope }) => linkIndex === index && permanent && scope === GLOBAL,
        );
        return {
          name,
          index,
          mac,
          peerIndex: kind === "veth" ? parentIndex : undefined,
          addresses: own.map(({ address }) => address.split("/")[0] ?? ""),
        };
      });
    } finally {
      route.close();
    }
  } catch {
    return undefined;
  }
}

/** RT_SCOPE_UNIVERSE. */
const GLOBAL = 0;
