import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../contract.ts";
import type { FieldProblem } from "../status.ts";
import { forbiddenField } from "./problems.ts";

/** ConfigMaps and Secrets that say so keep their content for good. */
export function immutableProblems(
  object: KubeObject,
  before: KubeObject | undefined,
): FieldProblem[] {
  if (before?.immutable !== true) return [];
  return ["immutable", "data", "binaryData"]
    .filter((field) => !isDeepStrictEqual(before[field], object[field]))
    .map((field) => forbiddenField(field, "field is immutable when `immutable` is set"));
}
