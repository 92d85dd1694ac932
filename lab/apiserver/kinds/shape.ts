/**
 * Which JSON types the fields of a kind have, as data. Fields that are not named may hold anything: the server
 * stores more than it understands.
 */
export type Shape =
  | "string"
  | "integer"
  | "boolean"
  | "intOrString"
  | "stringMap"
  | { readonly list: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/** A value of the wrong type: where, and what it should be. */
export interface ShapeProblem {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** The first field whose type is wrong, or undefined. Absent fields are fine. */
export function shapeProblem(value: unknown, shape: Shape, path: string): ShapeProblem | undefined {
  if (value === undefined) return undefined;
  if (typeof shape === "string") return scalarProblem(value, shape, path);
  if ("list" in shape) {
    if (!Array.isArray(value)) return { path, expected: "list", found: typeName(value) };
    return firstOf(value.entries(), ([index, item]) =>
      shapeProblem(item, shape.list, `${path}[${index}]`),
    );
  }
  if (!isRecord(value)) return { path, expected: "object", found: typeName(value) };
  return firstOf(Object.entries(shape.fields), ([field, inner]) =>
    shapeProblem(value[field], inner, path === "" ? field : `${path}.${field}`),
  );
}

/** The value without the members that are null, which Kubernetes reads as absent. The same value when there are none. */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(withoutNulls);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const kept = entries
    .filter(([, member]) => member !== null)
    .map(([name, member]) => [name, withoutNulls(member)] as const);
  const same =
    kept.length === entries.length && kept.every(([, member], at) => member === entries[at][1]);
  return same ? value : Object.fromEntries(kept);
}

function scalarProblem(
  value: unknown,
  expected: Exclude<Shape, object>,
  path: string,
): ShapeProblem | undefined {
  const wrong = { path, expected, found: typeName(value) };
  switch (expected) {
    case "integer":
      return Number.isSafeInteger(value) ? undefined : wrong;
    case "intOrString":
      return typeof value === "string" || Number.isSafeInteger(value) ? undefined : wrong;
    case "stringMap": {
      if (!isRecord(value)) return wrong;
      const bad = Object.entries(value).find(([, member]) => typeof member !== "string");
      return bad && { path: `${path}.${bad[0]}`, expected: "string", found: typeName(bad[1]) };
    }
    default:
      return typeof value === expected ? undefined : wrong;
  }
}

function firstOf<T>(
  items: Iterable<T>,
  problemOf: (item: T) => ShapeProblem | undefined,
): ShapeProblem | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
