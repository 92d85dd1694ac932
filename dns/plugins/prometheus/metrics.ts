import {
  collectedCounter,
  collectedHistogram,
  type EmitBuckets,
  type EmitValue,
} from "#observe/collected.ts";
import type { MetricsRegistry } from "#observe/contract.ts";
import type { SharedServices } from "../../contract.ts";
import type { QueryCounts, QueryCountsCollector } from "./contract.ts";
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
}: {
  readonly shared: Pick<SharedServices, "once">;
  readonly metrics: MetricsRegistry;
}): QueryCountsCollector {
  return shared.once("query counts", () => createQueryCountsCollector(metrics));
}

/** Registers CoreDNS's families of requests and responses over the counts that will be added. */
function createQueryCountsCollector(registry: MetricsRegistry): QueryCountsCollector {
  const live = new Set<QueryCounts>();
  const retired = new RetiredRows();
  const rows = () => [...retired.rows(), ...[...live].flatMap(exportedRows)];
  collectedCounter({
    registry,
    name: "coredns_dns_requests_total",
    help: "Queries by listener, zone, transport, address family and type.",
    labelNames: [...PLACE, "proto", "family", "type"],
    collect: (emit) => emitCells(emit, rows(), () => requestCells),
  });
  collectedCounter({
    registry,
    name: "coredns_dns_do_requests_total",
    help: "Queries that asked for DNSSEC records (the DO bit).",
    labelNames: PLACE,
    collect: (emit) => emitCells(emit, rows(), () => [{ offset: DO_REQUESTS, labels: [] }]),
  });
  collectedCounter({
    registry,
    name: "coredns_dns_responses_total",
    help: "Responses by rcode and by the plugin that gave them.",
    labelNames: [...PLACE, "rcode", "plugin"],
    collect: (emit) => emitCells(emit, rows(), responseCells),
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
    collect: (emit) => emitSizes(emit, rows(), REQUEST_SIZES),
  });
  collectedHistogram({
    registry,
    name: "coredns_dns_response_size_bytes",
    help: "Size of responses as they are encoded.",
    labelNames: [...PLACE, "proto"],
    bounds: SIZE_BOUNDS,
    collect: (emit) => emitSizes(emit, rows(), RESPONSE_SIZES),
  });
  return {
    add: (counts) => live.add(counts),
    retire: (counts) => {
      if (live.delete(counts)) for (const row of exportedRows(counts)) retired.add(row);
    },
  };
}

interface Row {
  readonly labels: readonly string[];
  readonly row: Float64Array;
  readonly plugins: readonly string[];
}

/** What was counted by threads and configurations that are gone: one row for each place and list of plugins. */
class RetiredRows {
  readonly #rows = new Map<string, Row>();

  rows(): Iterable<Row> {
    return this.#rows.values();
  }

  add({ labels, row, plugins }: Row): void {
    if (row.every((count) => count === 0)) return;
    const key = JSON.stringify([labels, plugins]);
    const sums = this.#rows.get(key)?.row;
    if (sums === undefined) this.#rows.set(key, { labels, plugins, row: row.slice() });
    else for (const [index, count] of row.entries()) sums[index] = (sums[index] ?? 0) + count;
  }
}

/** All rows but the first, which counts for nobody. */
function exportedRows({ places, plugins, values }: QueryCounts): Row[] {
  const stride = placeStride(plugins.length);
  return places.slice(1).map(({ server, zone, view }, index) => ({
    labels: [server, zone, view],
    row: values.subarray((index + 1) * stride, (index + 2) * stride),
    plugins,
  }));
}

/** Where in a row a number stands, and the labels that set it apart from its neighbours. */
interface Cell {
  readonly offset: number;
  readonly labels: readonly string[];
}

const requestCells: readonly Cell[] = TRANSPORTS.flatMap((proto, transport) =>
  FAMILIES.flatMap((family, familySlot) =>
    TYPES.map((type, typeSlot) => ({
      offset: requestOffset(transport, familySlot, typeSlot),
      labels: [proto, family, type],
    })),
  ),
);

function responseCells({ plugins }: Row): Cell[] {
  return plugins.flatMap((plugin, index) =>
    RCODES.map((rcode, slot) => ({ offset: responseOffset(index, slot), labels: [rcode, plugin] })),
  );
}

/** Numbers that are still 0 are left out, as in CoreDNS. */
function emitCells(
  emit: EmitValue,
  rows: readonly Row[],
  cellsOf: (row: Row) => readonly Cell[],
): void {
  for (const row of rows) {
    for (const { offset, labels } of cellsOf(row)) {
      const count = row.row[offset] ?? 0;
      if (count > 0) emit([...row.labels, ...labels], count);
    }
  }
}

function emitSizes(emit: EmitBuckets, rows: readonly Row[], start: number): void {
  for (const { labels, row } of rows) {
    for (const [transport, proto] of TRANSPORTS.entries()) {
      const from = start + sizeRowOffset(transport);
      const to = start + sizeRowOffset(transport + 1);
      emitHistogram(emit, [...labels, proto], row.subarray(from, to));
    }
  }
}

/** The last number of the row is the sum. A histogram nobody has fed is left out. */
function emitHistogram(emit: EmitBuckets, labels: readonly string[], row: Float64Array): void {
  const buckets = row.subarray(0, -1);
  if (buckets.some((count) => count > 0)) emit(labels, buckets, row.at(-1) ?? 0);
}
