import type { PolicyName } from "./contract.ts";

/** An integer from 0 up to, but without, the bound. */
export type RandomBelow = (bound: number) => number;

/** The order in which one query tries the upstreams. */
export type Policy = <T>(upstreams: readonly T[]) => readonly T[];

export function createPolicy(name: PolicyName, randomBelow: RandomBelow): Policy {
  if (name === "sequential") return (upstreams) => upstreams;
  if (name === "random") return (upstreams) => shuffled(upstreams, randomBelow);
  let turn = 0;
  // As in CoreDNS: the first query starts with the second upstream, and only who comes first takes turns.
  return (upstreams) => {
    turn = (turn + 1) % upstreams.length;
    return [...upstreams.slice(turn, turn + 1), ...upstreams.toSpliced(turn, 1)];
  };
}

/** Fisher and Yates: every order is equally likely. */
function shuffled<T>(items: readonly T[], randomBelow: RandomBelow): readonly T[] {
  if (items.length < 2) return items;
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(randomBelow(left.length), 1));
  return out;
}
