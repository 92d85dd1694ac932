import type { NetlinkReply } from "../contract.ts";
import { ipFamily } from "../ip.ts";
import { NFGENMSG_BYTES } from "../netfilter.ts";
import { type AttributeReader, readAttributes } from "../reader.ts";
import { CTA, CTA_COUNTERS, CTA_STATS, CTA_STATS_GLOBAL, IPS } from "./abi.ts";
import type {
  Connection,
  ConnectionStatus,
  ConntrackCounters,
  ConntrackFill,
  Tuple,
} from "./contract.ts";
import { readTuple } from "./tuple.ts";

interface Counts {
  readonly packets: bigint;
  readonly bytes: bigint;
}

const noTuple: Tuple = {
  source: "",
  destination: "",
  protocol: 0,
  sourcePort: 0,
  destinationPort: 0,
};

/**
 * Reads an entry, from a dump or an event; undefined for families other than IP.
 * @throws NetlinkFormatError when it is malformed
 */
export function readConnection({ body }: Pick<NetlinkReply, "body">): Connection | undefined {
  const family = ipFamily(body.readUInt8(0));
  if (family === undefined) return undefined;
  let original = noTuple;
  let reply = noTuple;
  let status = 0;
  let originalCounts: Counts | undefined;
  let replyCounts: Counts | undefined;
  const numbers = { mark: 0, timeoutSeconds: 0, zone: 0, id: 0 };
  readAttributes(body, NFGENMSG_BYTES, (attribute) => {
    switch (attribute.type) {
      case CTA.TUPLE_ORIG:
        original = readTuple(attribute);
        break;
      case CTA.TUPLE_REPLY:
        reply = readTuple(attribute);
        break;
      case CTA.STATUS:
        status = attribute.u32be();
        break;
      case CTA.TIMEOUT:
        numbers.timeoutSeconds = attribute.u32be();
        break;
      case CTA.MARK:
        numbers.mark = attribute.u32be();
        break;
      case CTA.ZONE:
        numbers.zone = attribute.u16be();
        break;
      case CTA.ID:
        numbers.id = attribute.u32be();
        break;
      case CTA.COUNTERS_ORIG:
        originalCounts = readCounts(attribute);
        break;
      case CTA.COUNTERS_REPLY:
        replyCounts = readCounts(attribute);
    }
  });
  const entry = { family, original, reply, status: readStatus(status), ...numbers };
  if (originalCounts === undefined || replyCounts === undefined) return entry;
  return { ...entry, counters: { original: originalCounts, reply: replyCounts } };
}

function readStatus(bits: number): ConnectionStatus {
  return {
    seenReply: (bits & IPS.SEEN_REPLY) !== 0,
    assured: (bits & IPS.ASSURED) !== 0,
    sourceNat: (bits & IPS.SRC_NAT) !== 0,
    destinationNat: (bits & IPS.DST_NAT) !== 0,
    dying: (bits & IPS.DYING) !== 0,
  };
}

function readCounts(attribute: AttributeReader): Counts {
  const counts = { packets: 0n, bytes: 0n };
  attribute.nested((count) => {
    if (count.type === CTA_COUNTERS.PACKETS) counts.packets = count.u64be();
    if (count.type === CTA_COUNTERS.BYTES) counts.bytes = count.u64be();
  });
  return counts;
}

const counterTypes = {
  invalid: CTA_STATS.INVALID,
  insertFailed: CTA_STATS.INSERT_FAILED,
  drop: CTA_STATS.DROP,
  earlyDrop: CTA_STATS.EARLY_DROP,
  searchRestart: CTA_STATS.SEARCH_RESTART,
  clashResolve: CTA_STATS.CLASH_RESOLVE,
  chainTooLong: CTA_STATS.CHAIN_TOOLONG,
} as const satisfies Record<keyof ConntrackCounters, number>;

/**
 * Sums the counters of all CPUs.
 * @throws NetlinkFormatError when one is malformed
 */
export function sumCounters(replies: readonly Pick<NetlinkReply, "body">[]): ConntrackCounters {
  const byType = new Map<number, number>();
  for (const { body } of replies)
    readAttributes(body, NFGENMSG_BYTES, (attribute) => {
      // Of newer kernels there may be some of another size.
      if (attribute.lengthBytes === 4)
        byType.set(attribute.type, (byType.get(attribute.type) ?? 0) + attribute.u32be());
    });
  const of = (name: keyof ConntrackCounters): number => byType.get(counterTypes[name]) ?? 0;
  return {
    invalid: of("invalid"),
    insertFailed: of("insertFailed"),
    drop: of("drop"),
    earlyDrop: of("earlyDrop"),
    searchRestart: of("searchRestart"),
    clashResolve: of("clashResolve"),
    chainTooLong: of("chainTooLong"),
  };
}

/** @throws NetlinkFormatError when it is malformed */
export function readFill({ body }: Pick<NetlinkReply, "body">): ConntrackFill {
  let entries = 0;
  let maxEntries: number | undefined;
  readAttributes(body, NFGENMSG_BYTES, (attribute) => {
    if (attribute.type === CTA_STATS_GLOBAL.ENTRIES) entries = attribute.u32be();
    if (attribute.type === CTA_STATS_GLOBAL.MAX_ENTRIES) maxEntries = attribute.u32be();
  });
  return { entries, maxEntries };
}
