import { isRecord } from "../schema/json.ts";

const step = /\.([\w-]+)|\["([^"]+)"\]|\['([^']+)'\]|\[(\d+)\]/y;

/**
 * What a simple JSONPath such as `.spec.ports[0].name` or `.metadata.labels['app']` finds; undefined for nothing, and for
 * the forms with wildcards and filters.
 */
export function jsonPath(value: unknown, path: string): unknown {
  let at = value;
  step.lastIndex = 0;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return undefined;
    const [, member, double, single, index] = found;
    if (index !== undefined) at = Array.isArray(at) ? at[Number(index)] : undefined;
    else at = isRecord(at) ? at[member ?? double ?? single] : undefined;
  }
  return at;
}
