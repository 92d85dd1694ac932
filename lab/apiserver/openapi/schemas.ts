/** Types of the schema tables as OpenAPI schemas. The two versions of OpenAPI differ in how they refer and choose. */
import type { Field, ListSchema, ScalarType, Schema, StructSchema } from "../schema/contract.ts";
import { structsFrom } from "../schema/structs.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Dialect {
  /** Where definitions are, e.g. "#/components/schemas/". */
  readonly definitions: string;
  /** A reference that has siblings, which plain $ref does not allow. */
  readonly reference: (target: string) => Json;
  readonly quantity: Json;
  readonly intOrString: Json;
}

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Scalars that have a name of their own, which kubectl explain shows. */
const namedScalars: Readonly<Partial<Record<ScalarType, string>>> = {
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  microTime: `${meta}.MicroTime`,
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  time: `${meta}.Time`,
};

const plainScalars: Readonly<Record<string, Json>> = {
  boolean: { type: "boolean" },
  bytes: { type: "string", format: "byte" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  number: { type: "number", format: "double" },
  string: { type: "string" },
};

/** The definitions of the roots and of everything that they refer to, by name. */
export function definitionsFor(roots: Iterable<StructSchema>, dialect: Dialect): Map<string, Json> {
  const definitions = new Map<string, Json>([
    ["io.k8s.apimachinery.pkg.util.intstr.IntOrString", dialect.intOrString],
    ["io.k8s.apimachinery.pkg.api.resource.Quantity", dialect.quantity],
    [`${meta}.Time`, { type: "string", format: "date-time" }],
    [`${meta}.MicroTime`, { type: "string", format: "date-time" }],
  ]);
  for (const struct of structsFrom(roots))
    if (struct.name !== "") definitions.set(struct.name, definition(struct, dialect));
  return definitions;
}

function definition(struct: StructSchema, dialect: Dialect): Json {
  const fields = [...struct.fields].sort(([one], [two]) => (one < two ? -1 : 1));
  const required = fields.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return {
    ...(struct.about === "" ? {} : { description: struct.about }),
    type: "object",
    ...(required.length === 0 ? {} : { required }),
    ...(fields.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            fields.map(([name, field]) => [name, fieldSchema(field, dialect)]),
          ),
        }),
    ...(struct.keepsUnknown ? { "x-kubernetes-preserve-unknown-fields": true } : {}),
    ...(struct.isAtomic ? { "x-kubernetes-map-type": "atomic" } : {}),
  };
}

function fieldSchema({ schema, about }: Field, dialect: Dialect): Json {
  const shown = toOpenApi(schema, dialect);
  return {
    ...(about === "" ? {} : { description: about }),
    ...shown,
    ...(schema.type === "struct" && schema.retainsKeys
      ? { "x-kubernetes-patch-strategy": "retainKeys" }
      : {}),
  };
}

function toOpenApi(schema: Schema, dialect: Dialect): Json {
  switch (schema.type) {
    case "any":
      return { "x-kubernetes-preserve-unknown-fields": true };
    case "scalar": {
      const name = namedScalars[schema.scalar];
      return name === undefined
        ? plainScalars[schema.scalar]
        : dialect.reference(dialect.definitions + name);
    }
    case "map":
      return {
        type: "object",
        additionalProperties: toOpenApi(schema.values, dialect),
        ...(schema.isAtomic ? { "x-kubernetes-map-type": "atomic" } : {}),
      };
    case "list":
      return {
        type: "array",
        items: toOpenApi(schema.items, dialect),
        ...topology(schema),
        ...patchStrategy(schema),
      };
    case "struct":
      if (schema.name === "") return definition(schema, dialect);
      return dialect.reference(dialect.definitions + schema.name);
  }
}

function topology({ topology: { kind, ...rest } }: ListSchema): Json {
  const keys =
    "keys" in rest ? { "x-kubernetes-list-map-keys": rest.keys.map(({ field }) => field) } : {};
  return { "x-kubernetes-list-type": kind, ...keys };
}

function patchStrategy({ patch, items }: ListSchema): Json {
  if (patch.strategy === "replace") return {};
  const retains = items.type === "struct" && items.retainsKeys;
  return {
    "x-kubernetes-patch-strategy": retains ? "merge,retainKeys" : "merge",
    ...(patch.key === undefined ? {} : { "x-kubernetes-patch-merge-key": patch.key }),
  };
}
