import { createHash } from "node:crypto";
import type { PlanEndpoint } from "../contract.ts";

/**
 * The lookup table of Maglev (Eisenbud et al., NSDI 2016, §3.4): each endpoint fills slots in an order of its own, so
 * that all get nearly the same number, and few slots change hands when one comes or goes. Depends on the set of
 * endpoints alone, so that all nodes agree. An endpoint that weighs half as much as the heaviest takes every second turn.
 *
 * @param slots a prime
 */
export function maglevTable(
  endpoints: readonly PlanEndpoint[],
  slots: number,
): readonly PlanEndpoint[] {
  const candidates = endpoints
    .filter(({ weight }) => weight > 0)
    .map((endpoint) => candidate(endpoint, slots))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (candidates.length === 0) return [];
  const heaviest = Math.max(...candidates.map(({ endpoint }) => endpoint.weight));
  const table: (PlanEndpoint | undefined)[] = new Array<undefined>(slots).fill(undefined);
  let filled = 0;
  while (filled < slots) {
    for (const entrant of candidates) {
      entrant.credit += entrant.endpoint.weight;
      if (entrant.credit < heaviest || filled === slots) continue;
      entrant.credit -= heaviest;
      table[nextFree(entrant, table)] = entrant.endpoint;
      filled++;
    }
  }
  return table.filter((endpoint) => endpoint !== undefined);
}

interface Candidate {
  readonly endpoint: PlanEndpoint;
  readonly name: string;
  readonly offset: number;
  readonly skip: number;
  turns: number;
  /** Weight saved up for the next turn, which costs as much as the heaviest has. */
  credit: number;
}

function candidate(endpoint: PlanEndpoint, slots: number): Candidate {
  const name = `${endpoint.address} ${endpoint.port}`;
  const digest = createHash("sha256").update(name).digest();
  return {
    endpoint,
    name,
    offset: digest.readUInt32BE(0) % slots,
    skip: (digest.readUInt32BE(4) % (slots - 1)) + 1,
    turns: 0,
    credit: 0,
  };
}

function nextFree(entrant: Candidate, table: readonly (PlanEndpoint | undefined)[]): number {
  for (;;) {
    const slot = (entrant.offset + entrant.turns * entrant.skip) % table.length;
    entrant.turns++;
    if (table[slot] === undefined) return slot;
  }
}
