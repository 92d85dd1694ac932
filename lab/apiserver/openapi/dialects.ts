import type { Dialect } from "./schemas.ts";

/** OpenAPI 3.0. */
export const openApiV3: Dialect = {
  definitions: "#/components/schemas/",
  reference: (target) => ({ allOf: [{ $ref: target }] }),
  quantity: { oneOf: [{ type: "string" }, { type: "number" }] },
  intOrString: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
};

/** Swagger 2.0, which has no choices and lets nobody object to what stands beside a reference. */
export const openApiV2: Dialect = {
  definitions: "#/definitions/",
  reference: (target) => ({ $ref: target }),
  quantity: { type: "string" },
  intOrString: { type: "string", format: "int-or-string" },
};
