import { collectedCounter, collectedHistogram, type EmitBuckets } from "#observe/collected.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { SetupContext } from "../../contract.ts";
import type { QueryCounts, QueryCountsCollector, QueryPlace } from "./contract.ts";
import {
  DO_REQUESTS,
  DURATION,
  DURATION_BOUNDS,
  FAMILIES,
  placeStride,
  RCODES,
  REQUEST_SIZES,
  RESPONSE_SIZES,
  requestOffset,
  responseOffset,
  SIZE_BOUNDS,
  sizeRowOffset,
  TRANSPORTS,
  TYPES,
} from "./layout.ts";

const PLACE = ["server", "zone", "view"];

/** The process's collector, made on first use. Servers add the counts of their workers to it. */
export function queryCountsCollector({
  shared,
  metrics,
}: Pick<SetupContext, "shared" | "metrics">): QueryCountsCollector {
  return shared.once("query counts", () => createQueryCountsCollector(metrics));
}

/** Registers CoreDNS's families of requests and responses over the counts that will be added. */
function createQueryCountsCollector(registry: MetricsRegistry): QueryCountsCollector {
  const all: QueryCounts[] = [];
  const rows = () => all.flatMap(exportedRows);
  const sizes = (start: number, emit: EmitBuckets) => {
    for (const { labels, row } of rows()) {
      for (const [transport, proto] of TRANSPORTS.entries()) {
        const buckets = row.subarray(
          start + sizeRowOffset(transport),
          start + sizeRowOffset(transport + 1),
        );
        emitHistogram(emit, [...labels, proto], buckets);
      }
    }
  };
  collectedCounter({
    registry,
    name: "coredns_dns_requests_total",
    help: "Queries by listener, zone, transport, address family and type.",
    labelNames: [...PLACE, "proto", "family", "type"],
    collect: (emit) => {
      for (const { labels, row } of rows()) {
        for (const [transport, proto] of TRANSPORTS.entries()) {
          for (const [familySlot, family] of FAMILIES.entries()) {
            for (const [typeSlot, type] of TYPES.entries()) {
              const count = row[requestOffset(transport, familySlot, typeSlot)] ?? 0;
              if (count > 0) emit([...labels, proto, family, type], count);
            }
          }
        }
      }
    },
  });
  collectedCounter({
    registry,
    name: "coredns_dns_do_requests_total",
    help: "Queries that asked for DNSSEC records (the DO bit).",
    labelNames: PLACE,
    collect: (emit) => {
      for (const { labels, row } of rows()) {
        const count = row[DO_REQUESTS] ?? 0;
        if (count > 0) emit(labels, count);
      }
    },
  });
  collectedCounter({
    registry,
    name: "coredns_dns_responses_total",
    help: "Responses by rcode and by the plugin that gave them.",
    labelNames: [...PLACE, "rcode", "plugin"],
    collect: (emit) => {
      for (const { labels, row, plugins } of rows()) {
        for (const [pluginIndex, plugin] of plugins.entries()) {
          for (const [rcodeSlot, rcode] of RCODES.entries()) {
            const count = row[responseOffset(pluginIndex, rcodeSlot)] ?? 0;
            if (count > 0) emit([...labels, rcode, plugin], count);
          }
        }
      }
    },
  });
  collectedHistogram({
    registry,
    name: "coredns_dns_request_duration_seconds",
    help: "Time from a query's arrival to its answer.",
    labelNames: PLACE,
    bounds: DURATION_BOUNDS,
    collect: (emit) => {
      for (const { labels, row } of rows())
        emitHistogram(emit, labels, row.subarray(DURATION, REQUEST_SIZES));
    },
  });
  collectedHistogram({
    registry,
    name: "coredns_dns_request_size_bytes",
    help: "Size of queries as they came.",
    labelNames: [...PLACE, "proto"],
    bounds: SIZE_BOUNDS,
    collect: (emit) => sizes(REQUEST_SIZES, emit),
  });
  collectedHistogram({
    registry,
    name: "coredns_dns_response_size_bytes",
    help: "Size of responses as they are encoded.",
    labelNames: [...PLACE, "proto"],
    bounds: SIZE_BOUNDS,
    collect: (emit) => sizes(RESPONSE_SIZES, emit),
  });
  return { add: (counts) => all.push(counts) };
}

interface Row {
  readonly labels: readonly string[];
  readonly row: Float64Array;
  readonly plugins: readonly string[];
}

/** All rows but the first, which counts for nobody. */
function exportedRows({ places, plugins, values }: QueryCounts): Row[] {
  const stride = placeStride(plugins.length);
  return places.slice(1).map((place, index) => ({
    labels: labelsOf(place),
    row: values.subarray((index + 1) * stride, (index + 2) * stride),
    plugins,
  }));
}

function labelsOf({ server, zone, view }: QueryPlace): string[] {
  return [server, zone, view];
}

/** The last number of the row is the sum. A histogram nobody has fed is left out. */
function emitHistogram(emit: EmitBuckets, labels: readonly string[], row: Float64Array): void {
  const buckets = row.subarray(0, -1);
  if (buckets.some((count) => count > 0)) emit(labels, buckets, row.at(-1) ?? 0);
}
