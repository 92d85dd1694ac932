import type { LoadedBlock } from "../contract.ts";
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import {
  countDuration,
  countQuery,
  createQueryCounts,
  IPV4,
  IPV6,
  placeStride,
  TCP,
  UDP,
} from "../plugins/prometheus/layout.ts";
import { countedPlaces, DROPPED, placeIndex } from "../plugins/prometheus/places.ts";
import type { DroppedQuery } from "./contract.ts";

const HEADER_AND_QUESTION_TAIL_BYTES = 16;

export function createDroppedCounts(blocks: readonly LoadedBlock[]): QueryCounts {
  return createQueryCounts(countedPlaces(blocks), [""]);
}

/** Counts queries that entered no chain, under the zone "dropped" of their listener. */
export function countDropped(counts: QueryCounts): (dropped: DroppedQuery) => void {
  const stride = placeStride(counts.plugins.length);
  return ({ server, transport, client, question, rcode }) => {
    const row = placeIndex(counts.places, server, DROPPED) * stride;
    const size = HEADER_AND_QUESTION_TAIL_BYTES + question.name.length + 1;
    const family = client.family === 4 ? IPV4 : IPV6;
    countQuery(
      counts.values,
      row,
      transport === "udp" ? UDP : TCP,
      family,
      question.type,
      false,
      size,
      size,
      rcode,
      0,
    );
    // Every query is in the histogram; this one took no time to speak of.
    countDuration(counts.values, row, 0, 1);
  };
}
