import type { KubeObject, ResourceRow } from "../contract.ts";
import type { Strategy } from "../kinds/strategy.ts";
import { invalid } from "../status.ts";
import { metadataProblems } from "./metadata.ts";

/**
 * Fills in the defaults of the kind and holds the object against its rules.
 * @throws StatusError 422
 */
export function admit(
  given: KubeObject,
  before: KubeObject | undefined,
  row: ResourceRow,
  strategy: Strategy,
): KubeObject {
  const object = strategy.complete?.(given) ?? given;
  const problems = [
    ...metadataProblems(object, row),
    ...(strategy.validate?.(object, before) ?? []),
  ];
  if (problems.length > 0) throw invalid(row, object.metadata.name, problems);
  return object;
}
