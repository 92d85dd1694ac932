import type { EndpointList } from "./contract.ts";

/**
 * Numbers that pass through `meta priority` of a connection's first packet. They lie above f000:0000, where no traffic
 * class of a user is; the packet leaves with priority 0.
 */

const indexBases: { readonly [List in EndpointList]: number } = {
  cluster: 0xf000_0000,
  local: 0xf001_0000,
};

/** Most slots of one list: the distance between the two. */
export const MAX_SLOTS = 0x1_0000;

/** The number of the first slot of a list; slot i has the number i above it. */
export function indexBase(list: EndpointList): number {
  return indexBases[list];
}

/** Slot numbers of affinity are given once and not again while a client may remember them: 234 million of them. */
export const FIRST_SLOT_ID = 0xf200_0000;
export const LAST_SLOT_ID = 0xffff_ffff;
