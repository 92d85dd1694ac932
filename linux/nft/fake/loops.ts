import { chainOf, setUses } from "../references.ts";
import type { FakeChain, FakeTable } from "./state.ts";

/** Chains that may be entered within one another, NFT_JUMP_STACK_SIZE. */
const MAX_DEPTH = 16;

/** Whether a packet could go in circles, or deeper than the kernel allows, from a chain that has a hook. */
export function hasLoop(table: FakeTable): boolean {
  const targetsOfMap = new Map<string, ReadonlySet<string>>();
  const mapTargets = (map: string): ReadonlySet<string> => {
    const known = targetsOfMap.get(map);
    if (known !== undefined) return known;
    const targets = new Set<string>();
    for (const { data } of table.sets.get(map)?.elements.values() ?? []) {
      const chain = data === undefined || data instanceof Uint8Array ? undefined : chainOf(data);
      if (chain !== undefined) targets.add(chain);
    }
    targetsOfMap.set(map, targets);
    return targets;
  };
  const deepest = new Map<string, number>();
  const isTooDeep = (name: string, depth: number): boolean => {
    if (depth > MAX_DEPTH) return true;
    if ((deepest.get(name) ?? -1) >= depth) return false;
    deepest.set(name, depth);
    const chain = table.chains.get(name);
    if (chain === undefined) return false;
    return targetsOf(chain, mapTargets).some((target) => isTooDeep(target, depth + 1));
  };
  return [...table.chains.values()].some(
    ({ chain }) => chain.hook !== undefined && isTooDeep(chain.name, 0),
  );
}

function targetsOf(
  chain: FakeChain,
  mapTargets: (map: string) => ReadonlySet<string>,
): readonly string[] {
  return chain.rules.flatMap(({ rule }) =>
    rule.statements.flatMap((statement) => {
      if (statement.kind === "verdict") return [chainOf(statement.verdict) ?? []].flat();
      return setUses(statement)
        .filter(({ gives }) => gives === "verdict")
        .flatMap(({ set }) => [...mapTargets(set)]);
    }),
  );
}
