import { isDeepStrictEqual } from "node:util";
import type { Chain, NamedSet, Operation, Rule, TableId } from "../contract.ts";
import { chainOf, setUses } from "../references.ts";
import { applyElements, type ElementRules, flushElements } from "./apply-elements.ts";
import { createElementStore } from "./element-store.ts";
import { Refused } from "./refused.ts";
import {
  type FakeChain,
  type FakeRule,
  type FakeSet,
  type FakeTable,
  keyOfTable,
} from "./state.ts";
import type { UndoLog } from "./undo.ts";

/** What an operation is applied to and by. */
export interface ApplyScope extends ElementRules {
  readonly tables: Map<string, FakeTable>;
  readonly id: TableId;
  readonly undo: UndoLog;
}

/**
 * Applies one operation.
 * @throws Refused as the kernel would refuse it
 */
export function applyOperation(operation: Operation, scope: ApplyScope): UndoLog {
  if (operation.kind === "addTable") return addTable(operation.comment, scope);
  const table = scope.tables.get(keyOfTable(scope.id));
  if (table === undefined) throw new Refused("ENOENT");
  const { undo } = scope;
  switch (operation.kind) {
    case "deleteTable":
      return undo.change(
        () => scope.tables.delete(keyOfTable(scope.id)),
        () => scope.tables.set(keyOfTable(scope.id), table),
      );
    case "addChain":
      if (operation.exclusive === true && table.chains.has(operation.chain.name))
        throw new Refused("EEXIST");
      return addChain(operation.chain, table, undo);
    case "flushChain": {
      const chain = found(table.chains, operation.chain);
      return setRules(chain, [], table, undo);
    }
    case "deleteChain":
      return deleteChain(operation.chain, table, undo);
    case "addRule":
      return addRule(operation.chain, operation.rule, table, undo);
    case "deleteRule": {
      const chain = found(table.chains, operation.chain);
      const rest = chain.rules.filter(({ handle }) => handle !== operation.handle);
      if (rest.length === chain.rules.length) throw new Refused("ENOENT");
      return setRules(chain, rest, table, undo);
    }
    case "addSet":
      return addSet(operation.set, table, undo);
    case "deleteSet": {
      const set = found(table.sets, operation.set);
      if (set.uses > 0) throw new Refused("EBUSY");
      flushElements(set, table, undo);
      return removeFrom(table.sets, operation.set, set, undo);
    }
    case "flushSet":
      return flushElements(found(table.sets, operation.set), table, undo);
    case "addElements":
    case "deleteElements": {
      const set = found(table.sets, operation.set);
      return applyElements(operation, set, table, undo, scope);
    }
  }
}

function addTable(comment: string | undefined, { tables, id, undo }: ApplyScope): UndoLog {
  const key = keyOfTable(id);
  if (tables.has(key)) return undo;
  const table = { id, comment, sets: new Map(), chains: new Map(), lastHandle: 0 };
  return undo.change(
    () => tables.set(key, table),
    () => tables.delete(key),
  );
}

function addChain(chain: Chain, table: FakeTable, undo: UndoLog): UndoLog {
  const existing = table.chains.get(chain.name);
  if (existing === undefined) {
    table.lastHandle += 1;
    const added: FakeChain = { chain, rules: [], uses: 0 };
    return undo.change(
      () => table.chains.set(chain.name, added),
      () => table.chains.delete(chain.name),
    );
  }
  return changePolicy(existing, chain, undo);
}

/** A chain that is there keeps everything but its policy, which the kernel changes. */
function changePolicy(existing: FakeChain, { hook }: Chain, undo: UndoLog): UndoLog {
  if (hook === undefined) return undo;
  const before = existing.chain;
  if (before.hook === undefined) throw new Refused("ENOTSUP");
  const { policy: _, ...place } = hook;
  const { policy: __, ...placeBefore } = before.hook;
  if (!isDeepStrictEqual(place, placeBefore)) throw new Refused("EEXIST");
  return undo.change(
    () => {
      existing.chain = { ...before, hook };
    },
    () => {
      existing.chain = before;
    },
  );
}

function deleteChain(name: string, table: FakeTable, undo: UndoLog): UndoLog {
  const chain = found(table.chains, name);
  if (chain.uses > 0) throw new Refused("EBUSY");
  setRules(chain, [], table, undo);
  return removeFrom(table.chains, name, chain, undo);
}

function addRule(chainName: string, rule: Rule, table: FakeTable, undo: UndoLog): UndoLog {
  const chain = found(table.chains, chainName);
  for (const name of chainsOf(rule))
    if (found(table.chains, name).chain.hook !== undefined) throw new Refused("ENOTSUP");
  for (const name of setsOf(rule)) found(table.sets, name);
  table.lastHandle += 1;
  return setRules(chain, [...chain.rules, { handle: table.lastHandle, rule }], table, undo);
}

/** Puts rules in the place of those that were, and counts what they use. */
function setRules(
  chain: FakeChain,
  rules: readonly FakeRule[],
  table: FakeTable,
  undo: UndoLog,
): UndoLog {
  const before = chain.rules;
  const swap = (from: readonly FakeRule[], to: readonly FakeRule[]): void => {
    chain.rules = to;
    const stays = new Set(to);
    const was = new Set(from);
    for (const { rule } of from.filter((each) => !stays.has(each))) countUses(rule, table, -1);
    for (const { rule } of to.filter((each) => !was.has(each))) countUses(rule, table, 1);
  };
  return undo.change(
    () => swap(before, rules),
    () => swap(rules, before),
  );
}

function countUses(rule: Rule, table: FakeTable, by: 1 | -1): void {
  for (const name of chainsOf(rule)) {
    const chain = table.chains.get(name);
    if (chain !== undefined) chain.uses += by;
  }
  for (const name of setsOf(rule)) {
    const set = table.sets.get(name);
    if (set !== undefined) set.uses += by;
  }
}

function chainsOf({ statements }: Rule): readonly string[] {
  return statements.flatMap((statement) => {
    const chain = statement.kind === "verdict" ? chainOf(statement.verdict) : undefined;
    return chain === undefined ? [] : [chain];
  });
}

function setsOf({ statements }: Rule): readonly string[] {
  return statements.flatMap((statement) => setUses(statement).map(({ set }) => set));
}

function addSet(set: NamedSet, table: FakeTable, undo: UndoLog): UndoLog {
  const existing = table.sets.get(set.name);
  if (existing !== undefined) {
    const { comment: _, ...shape } = set;
    const { comment: __, ...existingShape } = existing.set;
    if (!isDeepStrictEqual(shape, existingShape)) throw new Refused("EEXIST");
    return undo;
  }
  table.lastHandle += 1;
  const added: FakeSet = { set, elements: createElementStore(set), uses: 0 };
  return undo.change(
    () => table.sets.set(set.name, added),
    () => table.sets.delete(set.name),
  );
}

/** Takes an entry out; going back it is put where it was, since a listing has the order of creation. */
function removeFrom<Value>(
  map: Map<string, Value>,
  name: string,
  value: Value,
  undo: UndoLog,
): UndoLog {
  const behind = [...map].slice([...map.keys()].indexOf(name) + 1);
  return undo.change(
    () => map.delete(name),
    () => {
      for (const [key] of behind) map.delete(key);
      map.set(name, value);
      for (const [key, each] of behind) map.set(key, each);
    },
  );
}

function found<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Refused("ENOENT");
  return value;
}
