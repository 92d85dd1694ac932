import type { Nftables } from "#linux/nft/contract.ts";
import { bridgeTable, inetTable } from "./tables.ts";

/** Removes one element of the CNI's tables. @returns why it is still there; undefined when it is not */
export async function removeElement(
  nft: Nftables,
  element: {
    readonly family: "inet" | "bridge";
    readonly set: string;
    readonly keyHex: string;
  },
): Promise<string | undefined> {
  const table = element.family === "inet" ? inetTable : bridgeTable;
  const key = Buffer.from(element.keyHex, "hex");
  const operation = { kind: "deleteElements", set: element.set, elements: [{ key }] } as const;
  const result = await nft.commit({ table, operations: [operation] });
  if (result.ok || result.refusal?.errnoName === "ENOENT") return undefined;
  return result.refusal === undefined
    ? result.unknown
    : `nf_tables refused it: ${result.refusal.errnoName} ${result.refusal.message}`;
}
