import type { Row } from "../contract.ts";
import { addressRows } from "./addresses.ts";
import { attachmentRows } from "./attachment.ts";
import { bridgeRows } from "./bridge.ts";
import { chainedRows } from "./chained.ts";
import { packetRows } from "./packets.ts";
import { protocolRows } from "./protocol.ts";

/** The whole table. */
export const rows: readonly Row[] = [
  ...bridgeRows,
  ...attachmentRows,
  ...protocolRows,
  ...addressRows,
  ...chainedRows,
  ...packetRows,
];
