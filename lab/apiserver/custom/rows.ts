import type { ResourceRow, ScalePaths } from "../contract.ts";
import { allVerbs } from "../resources/rows.ts";
import type { Definition, DefinitionVersion, JsonSchema } from "./contract.ts";
import { customSchema } from "./schema.ts";

/** A served version of a custom resource: its row, and the schema that its objects are held against. */
export interface CustomResource {
  readonly row: ResourceRow;
  readonly schema: JsonSchema;
}

/** The resources that a definition adds. */
export function customResources(definition: Definition): readonly CustomResource[] {
  return definition.spec.versions
    .filter(({ served }) => served === true)
    .map((version) => {
      const schema = version.schema?.openAPIV3Schema ?? {};
      return { row: rowOf(definition, version, schema), schema };
    });
}

function rowOf({ spec }: Definition, version: DefinitionVersion, schema: JsonSchema): ResourceRow {
  const { group, scope, names } = spec;
  const { subresources = {}, additionalPrinterColumns, selectableFields = [] } = version;
  const scale = scalePaths(subresources.scale);
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    namespaced: scope === "Namespaced",
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: allVerbs,
    nameRule: "subdomain",
    tracksGeneration: true,
    hasStatus: subresources.status !== undefined,
    schema: customSchema(typeName(group, version.name, names.kind), schema),
    isCustom: true,
    isReview: false,
    ...(scale === undefined ? {} : { scale }),
    ...(additionalPrinterColumns === undefined ? {} : { printerColumns: additionalPrinterColumns }),
    selectableFields: Object.fromEntries(
      selectableFields.map(({ jsonPath }) => [jsonPath.replace(/^\./, ""), ""]),
    ),
  };
}

/** "com.example.v1.Widget" for example.com/v1 Widget */
function typeName(group: string, version: string, kind: string): string {
  return [...group.split(".").reverse(), version, kind].join(".");
}

function scalePaths(
  scale: NonNullable<DefinitionVersion["subresources"]>["scale"],
): ScalePaths | undefined {
  if (scale === undefined) return undefined;
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return {
    specReplicas: steps(specReplicasPath),
    statusReplicas: steps(statusReplicasPath),
    ...(labelSelectorPath === undefined ? {} : { selector: steps(labelSelectorPath) }),
  };
}

/** ".spec.replicas" */
function steps(path: string): readonly string[] {
  return path.split(".").filter((step) => step !== "");
}
