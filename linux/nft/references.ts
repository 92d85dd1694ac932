import type { Expression, Operation, Statement, Verdict } from "./contract.ts";

/** A set or map as a rule uses it, with the key that the rule loads. */
export interface SetUse {
  readonly set: string;
  readonly key: readonly Expression[];
  readonly gives: "nothing" | "verdict" | "data";
}

/** The sets that a statement looks into or changes. */
export function setUses(statement: Statement): readonly SetUse[] {
  switch (statement.kind) {
    case "inSet":
      return [
        { set: statement.set, key: statement.key, gives: "nothing" },
        ...within(statement.key),
      ];
    case "verdictMap":
      return [
        { set: statement.map, key: statement.key, gives: "verdict" },
        ...within(statement.key),
      ];
    case "dnatMap":
      return [{ set: statement.map, key: statement.key, gives: "data" }, ...within(statement.key)];
    case "dynamic": {
      const gives = statement.data === undefined ? "nothing" : "data";
      const data = statement.data === undefined ? [] : [statement.data];
      return [
        { set: statement.set, key: statement.key, gives },
        ...within([...statement.key, ...data]),
      ];
    }
    case "set":
      return within([statement.value]);
    case "match":
    case "matchAny":
    case "matchBits":
    case "matchPrefix":
      return within([statement.left]);
    default:
      return [];
  }
}

function within(expressions: readonly Expression[]): readonly SetUse[] {
  return expressions.flatMap((expression) => {
    if (expression.kind === "jhash") return within(expression.of);
    if (expression.kind !== "lookup") return [];
    const { map, key } = expression;
    return [{ set: map, key, gives: "data" } as const, ...within(key)];
  });
}

/** The chain that a verdict leads to. */
export function chainOf(verdict: Verdict): string | undefined {
  return verdict.kind === "jump" || verdict.kind === "goto" ? verdict.chain : undefined;
}

/** The first operation on elements of a set that neither the operations before it nor `known` define. */
export function firstUnknown(
  operations: readonly Operation[],
  known: (set: string) => boolean,
): number | undefined {
  const defined = new Set<string>();
  const index = operations.findIndex((operation) => {
    if (operation.kind === "addSet") defined.add(operation.set.name);
    if (operation.kind !== "addElements" && operation.kind !== "deleteElements") return false;
    return !defined.has(operation.set) && !known(operation.set);
  });
  return index < 0 ? undefined : index;
}
