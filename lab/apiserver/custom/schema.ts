/** Structural schemas of definitions as the schemas that the rest of the server works with. */
import { builtinSchema } from "../schema/builtin.ts";
import type { ListTopology, Schema, StructSchema } from "../schema/contract.ts";
import type { JsonSchema } from "./contract.ts";

const text: Schema = { type: "scalar", scalar: "string" };

/** What every object has, whatever its definition says of it. */
const objectFields = [...builtinSchema("", "ConfigMap").fields].filter(([name]) =>
  ["apiVersion", "kind", "metadata"].includes(name),
);

/** `name` is that of the type in the OpenAPI documents. */
export function customSchema(name: string, root: JsonSchema): StructSchema {
  const struct = structOf(root);
  return { ...struct, name, fields: new Map([...struct.fields, ...objectFields]) };
}

function toSchema(given: JsonSchema): Schema {
  if (given["x-kubernetes-int-or-string"] === true)
    return { type: "scalar", scalar: "intOrString" };
  switch (given.type) {
    case "string":
      return text;
    case "integer":
      return { type: "scalar", scalar: "int64" };
    case "number":
    case "boolean":
      return { type: "scalar", scalar: given.type };
    case "array":
      return {
        type: "list",
        items: toSchema(given.items ?? {}),
        topology: topologyOf(given),
        patch: { strategy: "replace" },
      };
    case "object":
      return objectOf(given);
    default:
      return { type: "any" };
  }
}

function objectOf(given: JsonSchema): Schema {
  const { additionalProperties, properties } = given;
  if (properties !== undefined || !additionalProperties) return structOf(given);
  const values = additionalProperties === true ? {} : additionalProperties;
  return { type: "map", values: toSchema(values), isAtomic: isAtomic(given) };
}

function structOf(given: JsonSchema): StructSchema {
  const { properties = {}, required = [], description = "" } = given;
  const fields = Object.entries(properties).map(
    ([name, property]) =>
      [
        name,
        {
          schema: toSchema(property),
          isRequired: required.includes(name),
          about: property.description ?? "",
        },
      ] as const,
  );
  return {
    type: "struct",
    name: "",
    about: description,
    fields: new Map(fields),
    isAtomic: isAtomic(given),
    retainsKeys: false,
    keepsUnknown:
      given["x-kubernetes-preserve-unknown-fields"] === true ||
      given["x-kubernetes-embedded-resource"] === true,
  };
}

function isAtomic(given: JsonSchema): boolean {
  return given["x-kubernetes-map-type"] === "atomic";
}

function topologyOf(given: JsonSchema): ListTopology {
  const kind = given["x-kubernetes-list-type"];
  if (kind === "set") return { kind };
  if (kind !== "map") return { kind: "atomic" };
  const keys = given["x-kubernetes-list-map-keys"] ?? [];
  return { kind, keys: keys.map((field) => ({ field, ...defaultOf(given, field) })) };
}

/** An item that leaves a key out is told apart by the key's default. */
function defaultOf({ items }: JsonSchema, field: string): { readonly absent?: string } {
  const found = items?.properties?.[field]?.default;
  return typeof found === "string" ? { absent: found } : {};
}
