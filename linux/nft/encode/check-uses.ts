import type { NamedSet, Rule } from "../contract.ts";
import { NftValueError } from "../errors.ts";
import { paddedLengthOf } from "../fields.ts";
import { type SetUse, setUses } from "../references.ts";
import { paddedLength } from "../types.ts";

/**
 * Holds the keys of a rule against the sets that it looks into: the kernel would take a key of another length, and
 * compare what happens to lie in the registers behind it.
 * @throws NftValueError naming chain and set
 */
export function checkUses(
  chain: string,
  { statements }: Rule,
  setNamed: (name: string) => NamedSet | undefined,
): void {
  for (const use of statements.flatMap(setUses)) {
    const set = setNamed(use.set);
    const fault = set === undefined ? undefined : faultOf(use, set);
    if (fault !== undefined) throw new NftValueError(`a rule of chain ${chain}: ${fault}`);
  }
}

function faultOf({ set: name, key, gives }: SetUse, set: NamedSet): string | undefined {
  const loaded = key.reduce((sum, part) => sum + paddedLengthOf(part), 0);
  const due = paddedLength(set.key);
  if (loaded !== due)
    return `it looks into ${name} with ${loaded} bytes, where keys (${set.key.join(" . ")}) have ${due}`;
  if (gives === "nothing") return undefined;
  const given = set.data === undefined ? "nothing" : set.data === "verdict" ? "verdict" : "data";
  return given === gives ? undefined : `it expects ${gives} of ${name}, which gives ${given}`;
}
