import type { FieldProblem } from "../status.ts";

/** The wordings of problems, so that every kind says the same thing the same way. */
export function required(field: string, why = ""): FieldProblem {
  return {
    field,
    reason: "FieldValueRequired",
    message: why === "" ? "Required value" : `Required value: ${why}`,
  };
}

export function invalidValue(field: string, value: unknown, why: string): FieldProblem {
  return {
    field,
    reason: "FieldValueInvalid",
    message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  };
}

export function forbiddenField(field: string, why: string): FieldProblem {
  return { field, reason: "FieldValueForbidden", message: `Forbidden: ${why}` };
}

export function duplicate(field: string, value: unknown): FieldProblem {
  return {
    field,
    reason: "FieldValueDuplicate",
    message: `Duplicate value: ${JSON.stringify(value)}`,
  };
}

/** A problem when the value is given and none of those allowed. */
export function oneOf(
  field: string,
  value: string | undefined,
  allowed: readonly string[],
): FieldProblem[] {
  if (value === undefined || allowed.includes(value)) return [];
  const supported = allowed.map((word) => JSON.stringify(word)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
  return [{ field, reason: "FieldValueNotSupported", message }];
}
