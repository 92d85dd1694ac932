/** Discovery in one answer (apidiscovery.k8s.io/v2 APIGroupDiscoveryList): what current clients ask for first. */
import type { ResourceRow } from "../contract.ts";
import type { ResourceTable } from "../resources/table.ts";
import { subresourcesOf } from "./subresources.ts";

/** The media type of the answer, and what an Accept header says of it. */
export const aggregatedMediaType =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** The core group, or all others. */
export function aggregatedDiscovery(table: ResourceTable, which: "core" | "named"): object {
  const rows = table.rows.filter(({ group }) => (group === "") === (which === "core"));
  const groups = Map.groupBy(rows, ({ group }) => group);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: [...groups].map(([group, ofGroup]) => describeGroup(group, ofGroup)),
  };
}

function describeGroup(name: string, rows: readonly ResourceRow[]): object {
  const versions = Map.groupBy(rows, ({ version }) => version);
  return {
    metadata: name === "" ? {} : { name },
    versions: [...versions].map(([version, ofVersion]) => ({
      version,
      resources: ofVersion.map(describeResource),
      freshness: "Current",
    })),
  };
}

function describeResource(row: ResourceRow): object {
  const { group, version, plural, singular, kind, namespaced, verbs, shortNames, categories } = row;
  const subresources = subresourcesOf(row).map(({ name, verbs: subverbs, response }) => ({
    subresource: name,
    responseKind: { group, version, ...response },
    verbs: subverbs,
  }));
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
