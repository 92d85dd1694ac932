import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../contract.ts";
import { invalidValue, oneOf, required } from "../kinds/problems.ts";
import type { Strategy } from "../kinds/strategy.ts";
import type { FieldProblem } from "../status.ts";
import type { Definition, DefinitionSpec } from "./contract.ts";

/** CustomResourceDefinitions: names filled in; one stored version, each with a schema. They go after their objects. */
export const definitionStrategy: Strategy = { complete, validate, terminate: (object) => object };

function complete(object: KubeObject): KubeObject {
  const spec = object.spec as DefinitionSpec | undefined;
  if (spec?.names?.kind === undefined) return object;
  const { names } = spec;
  const completed = {
    ...names,
    singular: names.singular || names.kind.toLowerCase(),
    listKind: names.listKind || `${names.kind}List`,
  };
  return { ...object, spec: { conversion: { strategy: "None" }, ...spec, names: completed } };
}

function validate(object: KubeObject, before: KubeObject | undefined): FieldProblem[] {
  const { metadata, spec } = object as Partial<Definition>;
  if (!spec?.group) return [required("spec.group")];
  if (!spec.names?.plural) return [required("spec.names.plural")];
  if (!spec.names.kind) return [required("spec.names.kind")];
  const name = `${spec.names.plural}.${spec.group}`;
  return [
    ...(metadata?.name === name
      ? []
      : [
          invalidValue("metadata.name", metadata?.name, `must be spec.names.plural+"."+spec.group`),
        ]),
    ...oneOf("spec.scope", spec.scope, ["Cluster", "Namespaced"]),
    ...versionProblems(spec),
    ...immutableProblems(spec, (before as Definition | undefined)?.spec),
  ];
}

function versionProblems({ versions = [] }: DefinitionSpec): FieldProblem[] {
  const problems = versions.flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema === undefined
      ? [required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required")]
      : [],
  );
  if (versions.filter(({ storage }) => storage === true).length !== 1)
    problems.push(
      invalidValue(
        "spec.versions",
        versions.map(({ name }) => name),
        "must have exactly one version marked as storage version",
      ),
    );
  return problems;
}

function immutableProblems(spec: DefinitionSpec, was: DefinitionSpec | undefined): FieldProblem[] {
  if (was === undefined) return [];
  const fixed = ({ group, scope, names: { plural, kind } }: DefinitionSpec) => ({
    group,
    scope,
    plural,
    kind,
  });
  return isDeepStrictEqual(fixed(spec), fixed(was))
    ? []
    : [invalidValue("spec", fixed(spec), "group, scope, plural and kind are immutable")];
}
