import type { Operation, Refusal } from "../contract.ts";
import { type ApplyScope, applyOperation } from "./apply.ts";
import { hasLoop } from "./loops.ts";
import { Refused } from "./refused.ts";
import { keyOfTable } from "./state.ts";

/** Applies all operations or, with the refusal of the first at fault, none. */
export function applyTransaction(
  operations: readonly Operation[],
  scope: ApplyScope,
): Refusal | undefined {
  const refusal = applyEach(operations, scope, () => false);
  const mayLoop = refusal === undefined && operations.some(leadsToChains);
  if (refusal !== undefined || !mayLoop || !loops(scope)) return rolledBack(refusal, scope);
  // As the kernel does: once more from the start, with a look after each operation.
  scope.undo.rollBack();
  return rolledBack(applyEach(operations, scope, loops), scope);
}

function applyEach(
  operations: readonly Operation[],
  scope: ApplyScope,
  isAtFault: (scope: ApplyScope) => boolean,
): Refusal | undefined {
  for (const [index, operation] of operations.entries()) {
    try {
      applyOperation(operation, scope);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { operation: index, element: error.element, errnoName: error.errnoName, message: "" };
    }
    if (leadsToChains(operation) && isAtFault(scope))
      return { operation: index, element: undefined, errnoName: "EMLINK", message: "" };
  }
  return undefined;
}

function rolledBack(refusal: Refusal | undefined, scope: ApplyScope): Refusal | undefined {
  if (refusal !== undefined) scope.undo.rollBack();
  return refusal;
}

function loops({ tables, id }: ApplyScope): boolean {
  const table = tables.get(keyOfTable(id));
  return table !== undefined && hasLoop(table);
}

function leadsToChains(operation: Operation): boolean {
  if (operation.kind === "addRule") return true;
  if (operation.kind !== "addElements") return false;
  return operation.elements.some(({ data }) => data !== undefined && !(data instanceof Uint8Array));
}
