import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../contract.ts";
import { type Strategy, strategyKey } from "../kinds/strategy.ts";
import type { ResourceTable } from "../resources/table.ts";
import type { Store } from "../store/store.ts";
import type { Definition, JsonSchema } from "./contract.ts";
import { withDefaults } from "./defaults.ts";
import { type CustomResource, customResources } from "./rows.ts";
import { schemaProblems } from "./validation.ts";

/** Keeps rows and strategies of custom resources in line with their definitions, within the write of these. */
export function serveCustomResources(
  store: Store,
  table: ResourceTable,
  strategies: Map<string, Strategy>,
): void {
  /** By name of the definition. */
  const served = new Map<string, readonly CustomResource[]>();
  const definitions = store.collection("customresourcedefinitions.apiextensions.k8s.io");
  definitions.observe(({ type, before, after }) => {
    const isSame = isDeepStrictEqual(before?.object.spec, after.object.spec);
    if (type === "MODIFIED" && isSame) return;
    for (const { row } of served.get(after.key) ?? []) {
      table.remove(row);
      strategies.delete(strategyKey(row));
    }
    const resources = type === "DELETED" ? [] : customResources(after.object as Definition);
    for (const { row, schema } of resources) {
      table.add(row);
      strategies.set(strategyKey(row), customStrategy(schema));
    }
    served.set(after.key, resources);
  });
}

function customStrategy(schema: JsonSchema): Strategy {
  const { properties: { apiVersion, kind, metadata, ...properties } = {}, ...rest } = schema;
  // What all objects have is not the definition's to rule.
  const own = { ...rest, properties };
  return {
    complete: (object) => withDefaults(object, own) as KubeObject,
    validate: (object) => schemaProblems(object, own),
  };
}
