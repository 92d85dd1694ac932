import type { TableId } from "#linux/nft/contract.ts";
import { FairleadError } from "#observe/errors.ts";

/** The kernel does not let the proxy have its table. */
export class ProxySyncError extends FairleadError {
  constructor(message: string, table: TableId) {
    super("FL-P002", `nftables table ${table.family} ${table.name}: ${message}`);
  }
}
