import * as models from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { builtinRows } from "../resources/rows.ts";
import type { Field, Schema, StructSchema } from "./contract.ts";
import { structsFrom } from "./structs.ts";

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** The models of a client library, which are generated from the API's own description. */
const modelMaps = new Map(
  Object.entries(models).flatMap(([name, model]) =>
    typeof model === "function" && "getAttributeTypeMap" in model
      ? [[name, (model.getAttributeTypeMap as () => Attribute[])()] as const]
      : [],
  ),
);

/** Names that the client spells otherwise, to avoid clashes. */
const clientNames: Readonly<Record<string, string>> = {
  "io.k8s.api.core.v1.Event": "CoreV1Event",
  "io.k8s.api.core.v1.EventSeries": "CoreV1EventSeries",
  "io.k8s.api.core.v1.EndpointPort": "CoreV1EndpointPort",
  "io.k8s.api.core.v1.ResourceClaim": "CoreV1ResourceClaim",
  "io.k8s.api.discovery.v1.EndpointPort": "DiscoveryV1EndpointPort",
  "io.k8s.api.rbac.v1.Subject": "RbacV1Subject",
};
const apiextensions = /^io\.k8s\.apiextensions.*\.(ServiceReference|WebhookClientConfig)$/;

function modelOf({ name }: StructSchema): readonly Attribute[] | undefined {
  const short = name.slice(name.lastIndexOf(".") + 1);
  const prefix = apiextensions.test(name) ? "ApiextensionsV1" : "V1";
  return modelMaps.get(clientNames[name] ?? prefix + short);
}

const scalarNames: Readonly<Record<string, string>> = {
  boolean: "boolean",
  bytes: "string",
  int32: "number",
  int64: "number",
  intOrString: "IntOrString",
  microTime: "V1MicroTime",
  number: "number",
  quantity: "string",
  string: "string",
  time: "Date",
};

/** A schema as the client's models write types. */
function clientType(schema: Schema): string {
  switch (schema.type) {
    case "any":
      return "any";
    case "scalar":
      return scalarNames[schema.scalar];
    case "list":
      return `Array<${clientType(schema.items)}>`;
    case "map":
      return `{ [key: string]: ${clientType(schema.values)}; }`;
    case "struct":
      return schema.name;
  }
}

/** Model types name structs in their own way; whether the struct is the right one shows in its own fields. */
function withoutStructNames(type: string): string {
  return type.replace(
    /\b(?:V1(?!MicroTime)|CoreV1|DiscoveryV1|RbacV1|ApiextensionsV1)\w+|io\.k8s\.[\w.-]+/g,
    "struct",
  );
}

describe("the schema tables have the fields of the API", () => {
  const structs = structsFrom(builtinRows.map(({ schema }) => schema));

  it("and are worth holding against them", () => {
    expect(structs.length).toBeGreaterThan(180);
  });

  it.each(structs.map((struct) => [struct.name, struct] as const))("%s", (_name, struct) => {
    const model = modelOf(struct);
    const ours = [...struct.fields].map(([name, { schema }]: [string, Field]) => [
      name,
      withoutStructNames(clientType(schema)),
    ]);
    const theirs = model?.map(({ baseName, type }) => [baseName, withoutStructNames(type)]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs ?? []));
  });
});
