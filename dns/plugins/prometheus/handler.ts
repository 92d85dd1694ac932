import type { Handler, Query, Verdict } from "../../contract.ts";
import { encodeMessage } from "../../wire/encode.ts";
import { responseOf, wireOf } from "../verdict.ts";
import type { QueryCounts } from "./contract.ts";
import { countDuration, countQuery, IPV4, IPV6, placeStride, TCP, UDP } from "./layout.ts";
import { placeIndex } from "./places.ts";

export interface CountingOptions {
  readonly counts: () => QueryCounts;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

/** Counts every query of the chain with the verdict on it. */
export function countingHandler(options: CountingOptions): Handler {
  return {
    async serve(query, next) {
      const startMs = options.nowMs();
      const verdict = await next(query);
      count(options, query, verdict, startMs);
      return verdict;
    },
  };
}

function count(
  { counts, nowMs }: CountingOptions,
  query: Query,
  verdict: Verdict,
  startMs: number,
): void {
  const { places, plugins, values } = counts();
  const row = placeIndex(places, query.server, query.zone) * placeStride(plugins.length);
  const response = responseOf(query, verdict);
  countQuery(
    values,
    row,
    query.transport === "udp" ? UDP : TCP,
    query.client.family === 4 ? IPV4 : IPV6,
    query.question.type,
    query.message.edns?.dnssecOk ?? false,
    query.sizeBytes,
    wireOf(verdict)?.length ?? encodeMessage(response).length,
    response.rcode,
    verdict.kind === "replied" ? Math.max(0, plugins.indexOf(verdict.plugin)) : 0,
  );
  countDuration(values, row, (nowMs() - startMs) / 1000, 1);
}
