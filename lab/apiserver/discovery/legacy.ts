/** What clients ask to learn which resources there are (meta/v1 APIVersions, APIGroupList, APIResourceList). */
import type { ResourceRow } from "../contract.ts";
import { apiVersionOf, type ResourceTable } from "../resources/table.ts";
import { noSuchResource } from "../status.ts";
import { subresourcesOf } from "./subresources.ts";

export function coreVersions(serverAddress: string): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

export function groupList(table: ResourceTable): object {
  const groups = [...new Set(table.rows.map((row) => row.group))].filter((group) => group !== "");
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: groups.map((group) => describeGroup(table, group)),
  };
}

/** @throws StatusError 404 */
export function group(table: ResourceTable, name: string): object {
  if (name === "" || !table.rows.some((row) => row.group === name)) throw noSuchResource();
  return { kind: "APIGroup", apiVersion: "v1", ...describeGroup(table, name) };
}

/** @throws StatusError 404 */
export function resourceList(table: ResourceTable, apiVersion: string): object {
  const rows = table.rows.filter((row) => apiVersionOf(row) === apiVersion);
  if (rows.length === 0) throw noSuchResource();
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersion,
    resources: rows.flatMap(describeResource),
  };
}

function describeGroup(table: ResourceTable, name: string): object {
  const rows = table.rows.filter((row) => row.group === name);
  const versions = [...new Set(rows.map((row) => row.version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function describeResource(row: ResourceRow): readonly object[] {
  const { plural, singular, namespaced, kind, shortNames, categories, verbs } = row;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
  const subresources = subresourcesOf(row).map(({ name, verbs: subverbs, response }) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    ...response,
    verbs: subverbs,
  }));
  return [main, ...subresources];
}
