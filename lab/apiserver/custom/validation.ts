import { isDeepStrictEqual } from "node:util";
import { invalidValue, oneOf, required } from "../kinds/problems.ts";
import { isRecord, type JsonRecord } from "../schema/json.ts";
import type { FieldProblem } from "../status.ts";
import type { JsonSchema } from "./contract.ts";

/**
 * What is wrong with a value under a schema beyond its types, which decoding has checked. Rules in CEL and the
 * combinations of schemas (oneOf and its kin) are not looked at.
 */
export function schemaProblems(value: unknown, schema: JsonSchema, field = ""): FieldProblem[] {
  if (value === undefined) return [];
  const problems = enumProblems(value, schema, field);
  if (typeof value === "string") return [...problems, ...textProblems(value, schema, field)];
  if (typeof value === "number") return [...problems, ...numberProblems(value, schema, field)];
  if (Array.isArray(value)) return [...problems, ...listProblems(value, schema, field)];
  return isRecord(value) ? [...problems, ...recordProblems(value, schema, field)] : problems;
}

function enumProblems(value: unknown, { enum: allowed }: JsonSchema, field: string) {
  if (allowed === undefined || allowed.some((one) => isDeepStrictEqual(one, value))) return [];
  return oneOf(field, String(value), allowed.map(String));
}

function textProblems(
  value: string,
  { minLength, maxLength, pattern }: JsonSchema,
  field: string,
): FieldProblem[] {
  const length = [...value].length;
  return [
    ...when(
      minLength !== undefined && length < minLength,
      invalidValue(field, value, `should be at least ${minLength} chars long`),
    ),
    ...when(
      maxLength !== undefined && length > maxLength,
      invalidValue(field, value, `may not be more than ${maxLength} bytes`),
    ),
    ...when(
      pattern !== undefined && !new RegExp(pattern).test(value),
      invalidValue(field, value, `should match '${pattern}'`),
    ),
  ];
}

function numberProblems(value: number, schema: JsonSchema, field: string): FieldProblem[] {
  const { minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false } = schema;
  return [
    ...when(
      minimum !== undefined && (value < minimum || (exclusiveMinimum && value === minimum)),
      invalidValue(field, value, `should be greater than or equal to ${minimum}`),
    ),
    ...when(
      maximum !== undefined && (value > maximum || (exclusiveMaximum && value === maximum)),
      invalidValue(field, value, `should be less than or equal to ${maximum}`),
    ),
  ];
}

function listProblems(
  value: readonly unknown[],
  { minItems, maxItems, items }: JsonSchema,
  field: string,
): FieldProblem[] {
  return [
    ...when(
      minItems !== undefined && value.length < minItems,
      invalidValue(field, value.length, `should have at least ${minItems} items`),
    ),
    ...when(
      maxItems !== undefined && value.length > maxItems,
      invalidValue(field, value.length, `must have at most ${maxItems} items`),
    ),
    ...(items === undefined
      ? []
      : value.flatMap((item, index) => schemaProblems(item, items, `${field}[${index}]`))),
  ];
}

function recordProblems(value: JsonRecord, schema: JsonSchema, field: string): FieldProblem[] {
  const { required: names = [], properties = {}, additionalProperties } = schema;
  const at = (name: string) => (field === "" ? name : `${field}.${name}`);
  const missing = names
    .filter((name) => value[name] === undefined)
    .map((name) => required(at(name)));
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const property =
      properties[name] ?? (typeof additionalProperties === "object" ? additionalProperties : {});
    return schemaProblems(member, property, at(name));
  });
  return [...missing, ...inner];
}

function when(isWrong: boolean, problem: FieldProblem): FieldProblem[] {
  return isWrong ? [problem] : [];
}
