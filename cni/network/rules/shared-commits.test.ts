import { expect, test } from "vitest";
import type { CommitResult, Operation, Transaction } from "#linux/nft/contract.ts";
import { SharedCommits } from "./shared-commits.ts";
import { inetTable } from "./tables.ts";

const flush = (chain: string): readonly Operation[] => [{ kind: "flushChain", chain }];
const refusal = { operation: 0, element: undefined, errnoName: "ENOENT", message: "" };

/** Notes the chains of each transaction; one that names "bad" is refused. */
function recorder() {
  const seen: string[] = [];
  const commit = async ({ operations }: Transaction): Promise<CommitResult> => {
    const chains = operations.flatMap((each) => (each.kind === "flushChain" ? each.chain : []));
    seen.push(chains.join());
    return chains.includes("bad") ? { ok: false, refusal } : { ok: true };
  };
  return { seen, commits: new SharedCommits({ commit }, inetTable) };
}

test("those that come while one is under way share the next", async () => {
  const { seen, commits } = recorder();
  const results = await Promise.all(["a", "b", "c"].map((name) => commits.commit(flush(name))));
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(seen).toEqual(["a", "b,c"]);
});

test("one that is refused takes no other with it", async () => {
  const { seen, commits } = recorder();
  const results = await Promise.all(["a", "bad", "c"].map((name) => commits.commit(flush(name))));
  expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(seen).toEqual(["a", "bad,c", "bad", "c"]);
});
