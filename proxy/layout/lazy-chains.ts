import type { Chain, Expression, Rule, Statement } from "#linux/nft/contract.ts";
import { endpointChain } from "./chains.ts";
import { chainOf } from "./classes.ts";
import type { Class, EndpointList, LayoutOptions } from "./contract.ts";
import {
  counter,
  drop,
  goto,
  jump,
  lookup,
  priority,
  rule,
  setPriority,
  type Words,
  words,
} from "./expressions.ts";
import { indexBase } from "./numbers.ts";

const SEED = 0x5eed;

/** The chain of a class that depends on a number of slots; the same for all ServicePorts that have as many. */
export function lazyChain(
  kind: Class,
  options: LayoutOptions,
): { readonly chain: Chain; readonly rules: readonly Rule[] } {
  return { chain: { name: chainOf(kind) }, rules: rulesOf(kind, words[options.family]) };
}

function rulesOf(kind: Class, w: Words): readonly Rule[] {
  switch (kind.kind) {
    case "spread":
      return [
        rule(setPriority(randomSlot(kind.list, kind.slots))),
        rule(goto(endpointChain(kind.list))),
      ];
    case "maglev":
      return [
        // The client's address alone, so that every node and every port of the client agrees.
        rule(setPriority(hashedSlot(w, kind.list, kind.slots))),
        rule(goto(endpointChain(kind.list))),
      ];
    case "affinity":
      return affinity(w, kind);
    default:
      return [];
  }
}

function randomSlot(list: EndpointList, slots: number): Expression {
  return { kind: "numgen", mode: "random", mod: slots, offset: indexBase(list) };
}

function hashedSlot(w: Words, list: EndpointList, slots: number): Expression {
  return { kind: "jhash", of: [w.saddr], mod: slots, seed: SEED, offset: indexBase(list) };
}

/**
 * A slot number is drawn at random and remembered for the client, unless it has one, which then stays and lives on. A
 * remembered number whose slot is gone leads nowhere: it is forgotten and the draw repeated within the same packet.
 */
function affinity(w: Words, kind: Extract<Class, { readonly kind: "affinity" }>): readonly Rule[] {
  const set = kind.list === "cluster" ? "clients" : "clients_local";
  const client = [...w.frontend, w.saddr];
  const change = (op: "update" | "delete"): Statement => ({
    kind: "dynamic",
    op,
    set,
    key: client,
    data: priority,
    ...(op === "update" ? { timeoutMs: kind.timeoutSeconds * 1000 } : {}),
  });
  const draw = [
    rule(setPriority(randomSlot(kind.list, kind.slots))),
    rule(setPriority(lookup([...w.frontend, priority], "slot_ids"))),
    rule(change("update")),
  ];
  return [
    ...draw,
    rule(setPriority(lookup(client, set))),
    rule(jump("to-slot")),
    rule(change("delete")),
    ...draw,
    rule(jump("to-slot")),
    rule(counter, drop),
  ];
}
