import type { Element, Operation } from "../contract.ts";
import { chainOf } from "../references.ts";
import { Refused } from "./refused.ts";
import type { FakeElement, FakeSet, FakeTable } from "./state.ts";
import type { UndoLog } from "./undo.ts";

export interface ElementRules {
  nowMs(): number;
  /** An errno's name for an element that is to be refused without a reason of its own. */
  refuses(set: string, element: Element): string | undefined;
}

export function applyElements(
  operation: Extract<Operation, { kind: "addElements" | "deleteElements" }>,
  set: FakeSet,
  table: FakeTable,
  undo: UndoLog,
  rules: ElementRules,
): UndoLog {
  const apply = operation.kind === "addElements" ? addElement : deleteElement;
  for (const [index, element] of operation.elements.entries()) {
    const errnoName =
      rules.refuses(operation.set, element) ?? apply(element, set, table, undo, rules);
    if (errnoName !== undefined) throw new Refused(errnoName, index);
  }
  return undo;
}

function addElement(
  element: Element,
  set: FakeSet,
  table: FakeTable,
  undo: UndoLog,
  { nowMs }: ElementRules,
): string | undefined {
  const target = targetOf(element);
  if (target !== undefined) {
    const chain = table.chains.get(target);
    if (chain === undefined) return "ENOENT";
    if (chain.chain.hook !== undefined) return "ENOTSUP";
  }
  if (element.timeoutMs !== undefined && set.set.timeout === undefined) return "EINVAL";
  dropLapsed(set, table, nowMs());
  if (set.elements.conflict(element) !== undefined) return "EEXIST";
  if (set.set.size !== undefined && set.elements.size >= set.set.size) return "ENFILE";
  const added = { ...element, ...lapseOf(element, set, nowMs()) };
  undo.change(
    () => put(added, set, table),
    () => take(added, set, table),
  );
  return undefined;
}

function deleteElement(
  element: Element,
  set: FakeSet,
  table: FakeTable,
  undo: UndoLog,
  { nowMs }: ElementRules,
): string | undefined {
  dropLapsed(set, table, nowMs());
  const existing = set.elements.find(element);
  if (existing === undefined) return "ENOENT";
  undo.change(
    () => take(existing, set, table),
    () => put(existing, set, table),
  );
  return undefined;
}

export function flushElements(set: FakeSet, table: FakeTable, undo: UndoLog): UndoLog {
  for (const element of [...set.elements.values()])
    undo.change(
      () => take(element, set, table),
      () => put(element, set, table),
    );
  return undo;
}

/** Elements whose time is over are gone, whoever looks first. */
export function dropLapsed(set: FakeSet, table: FakeTable, nowMs: number): void {
  if (set.set.timeout === undefined) return;
  for (const element of [...set.elements.values()])
    if (element.lapsesAtMs !== undefined && element.lapsesAtMs <= nowMs) take(element, set, table);
}

function lapseOf(
  { timeoutMs }: Element,
  { set }: FakeSet,
  nowMs: number,
): Pick<FakeElement, "lapsesAtMs"> {
  const lifeMs = timeoutMs ?? set.timeout?.defaultMs;
  return lifeMs === undefined ? {} : { lapsesAtMs: nowMs + lifeMs };
}

function put(element: FakeElement, set: FakeSet, table: FakeTable): void {
  set.elements.add(element);
  countUse(element, table, 1);
}

function take(element: FakeElement, set: FakeSet, table: FakeTable): void {
  set.elements.remove(element);
  countUse(element, table, -1);
}

function countUse(element: Element, table: FakeTable, by: 1 | -1): void {
  const target = targetOf(element);
  const chain = target === undefined ? undefined : table.chains.get(target);
  if (chain !== undefined) chain.uses += by;
}

function targetOf({ data }: Element): string | undefined {
  return data === undefined || data instanceof Uint8Array ? undefined : chainOf(data);
}
