import type { ResourceRow } from "../contract.ts";
import type { ResourceTable } from "../resources/table.ts";

/** What a path is about. */
export type Route =
  | { readonly to: "health" }
  | { readonly to: "version" }
  | { readonly to: "core-versions" }
  | { readonly to: "groups" }
  | { readonly to: "group"; readonly group: string }
  | { readonly to: "resources"; readonly apiVersion: string }
  | { readonly to: "openapi-v2" }
  | { readonly to: "openapi-v3-index" }
  /** "api/v1" or "apis/apps/v1" */
  | { readonly to: "openapi-v3"; readonly document: string }
  | { readonly to: "resource"; readonly target: Target }
  | { readonly to: "nothing" };

/** A collection, an object in it, or a subresource of that. */
export interface Target {
  readonly row: ResourceRow;
  /** "" for all namespaces and for what has none. */
  readonly namespace: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** A named target, which every operation on one object has. */
export type NamedTarget = Target & { readonly name: string };

const plain: Readonly<Record<string, Route>> = {
  "/healthz": { to: "health" },
  "/livez": { to: "health" },
  "/readyz": { to: "health" },
  "/version": { to: "version" },
  "/openapi/v2": { to: "openapi-v2" },
  "/openapi/v3": { to: "openapi-v3-index" },
  "/api": { to: "core-versions" },
  "/apis": { to: "groups" },
};

/** Resolves a decoded path against the resources that are served. */
export function route(path: string, table: ResourceTable): Route {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (Object.hasOwn(plain, trimmed)) return plain[trimmed];
  if (/^\/(healthz|livez|readyz)\//.test(trimmed)) return { to: "health" };
  const document = /^\/openapi\/v3\/(apis?\/.+)$/.exec(trimmed)?.[1];
  if (document !== undefined) return { to: "openapi-v3", document };
  const [root, ...parts] = trimmed.slice(1).split("/");
  if (root === "api" && parts.length > 0) return inVersion(parts[0], parts.slice(1), table);
  if (root !== "apis") return { to: "nothing" };
  if (parts.length === 1) return { to: "group", group: parts[0] };
  return inVersion(`${parts[0]}/${parts[1]}`, parts.slice(2), table);
}

function inVersion(apiVersion: string, parts: readonly string[], table: ResourceTable): Route {
  if (parts.length === 0) return { to: "resources", apiVersion };
  const found = inNamespace(apiVersion, parts, table) ?? atCluster(apiVersion, parts, table);
  return found === undefined ? { to: "nothing" } : { to: "resource", target: found };
}

/** namespaces/NAMESPACE/RESOURCE[/NAME[/SUBRESOURCE]] */
function inNamespace(
  apiVersion: string,
  parts: readonly string[],
  table: ResourceTable,
): Target | undefined {
  const [first, namespace, plural, name, ...rest] = parts;
  if (first !== "namespaces" || plural === undefined || namespace === "") return undefined;
  const row = table.byPath(apiVersion, plural);
  return row?.namespaced ? target(row, namespace, name, rest) : undefined;
}

/** RESOURCE[/NAME[/SUBRESOURCE]]; objects of namespaced resources are reached through their namespace only. */
function atCluster(
  apiVersion: string,
  parts: readonly string[],
  table: ResourceTable,
): Target | undefined {
  const [plural, name, ...rest] = parts;
  const row = table.byPath(apiVersion, plural);
  if (row === undefined || (row.namespaced && name !== undefined)) return undefined;
  return target(row, "", name, rest);
}

function target(
  row: ResourceRow,
  namespace: string,
  name: string | undefined,
  rest: readonly string[],
): Target | undefined {
  if (name === "" || rest.length > 1) return undefined;
  if (name === undefined) return { row, namespace };
  return rest.length === 0
    ? { row, namespace, name }
    : { row, namespace, name, subresource: rest[0] };
}
