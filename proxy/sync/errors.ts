import type { Refusal, TableId } from "#linux/nft/contract.ts";
import { FairleadError } from "#observe/errors.ts";

/** The kernel does not let the proxy have its table. */
export class ProxySyncError extends FairleadError {
  constructor(message: string, table: TableId) {
    super("FL-P002", `nftables table ${table.family} ${table.name}: ${message}`);
  }
}

/** The writer ended with a transaction in hand: nobody knows what the table holds until it is read. */
export class TableInDoubtError extends ProxySyncError {}

/** A refusal in one line: what the kernel calls it, where, and what it says of it. */
export function refusalText({ errnoName, message, operation }: Refusal): string {
  const at = operation === undefined ? "" : ` at operation ${operation}`;
  return `${errnoName}${at}${message === "" ? "" : `: ${message}`}`;
}
