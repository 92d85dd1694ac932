/**
 * The layout of QueryCounts.values: what the workers' hot loop writes, so that counting is `array[offset]++` and
 * allocates nothing. One row a place:
 *
 *   requests         [transport][family][type]
 *   DO requests      1
 *   duration         [bucket], sum in seconds
 *   request size     [transport][bucket..., sum in bytes]
 *   response size    [transport][bucket..., sum in bytes]
 *   responses        [plugin][rcode]
 *
 * Buckets hold what fell into them alone; they are accumulated when they are exported.
 */
import { RecordType, rcodeName, typeName } from "../../wire/constants.ts";
import type { QueryCounts, QueryPlace } from "./contract.ts";

export const TRANSPORTS = ["udp", "tcp"] as const;
export const UDP = 0;
export const TCP = 1;
/** As CoreDNS labels them: 1 is IPv4, 2 is IPv6. */
export const FAMILIES = ["1", "2"] as const;
export const IPV4 = 0;
export const IPV6 = 1;

const { A, AAAA, CNAME, DNSKEY, DS, MX, NSEC3, NSEC, NS, PTR, RRSIG } = RecordType;
const { SOA, SRV, TXT, HTTPS, SVCB, IXFR, AXFR, ANY } = RecordType;
const COUNTED_TYPES = [
  ...[A, AAAA, CNAME, DNSKEY, DS, MX, NSEC3, NSEC, NS, PTR, RRSIG],
  ...[SOA, SRV, TXT, HTTPS, SVCB, IXFR, AXFR, ANY],
];
/** Labels by type slot; types that CoreDNS does not tell apart are "other". */
export const TYPES = ["other", ...COUNTED_TYPES.map(typeName)];
const typeSlots = new Uint8Array(0x1_0000);
for (const [index, type] of COUNTED_TYPES.entries()) typeSlots[type] = index + 1;

/** Rcodes from here on share the last slot; none has been assigned. */
const OTHER_RCODE = 24;
export const RCODES = [
  ...Array.from({ length: OTHER_RCODE }, (_, rcode) => rcodeName(rcode)),
  "other",
];

export const SIZE_BOUNDS = [
  0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16e3, 32e3, 48e3, 64e3,
];
const sizeSlots = Uint8Array.from({ length: 0x1_0000 }, (_, size) => slotOf(SIZE_BOUNDS, size));

/** 0.25 ms, doubled up to 8 s. */
export const DURATION_BOUNDS = Array.from({ length: 16 }, (_, index) => 0.00025 * 2 ** index);

const SIZE_ROW = SIZE_BOUNDS.length + 2;

const REQUESTS = 0;
export const DO_REQUESTS = REQUESTS + TRANSPORTS.length * FAMILIES.length * TYPES.length;
export const DURATION = DO_REQUESTS + 1;
export const REQUEST_SIZES = DURATION + DURATION_BOUNDS.length + 2;
export const RESPONSE_SIZES = REQUEST_SIZES + TRANSPORTS.length * SIZE_ROW;
const RESPONSES = RESPONSE_SIZES + TRANSPORTS.length * SIZE_ROW;

/** Numbers in a row. */
export function placeStride(plugins: number): number {
  return RESPONSES + plugins * RCODES.length;
}

export function requestOffset(transport: number, family: number, typeSlot: number): number {
  return REQUESTS + (transport * FAMILIES.length + family) * TYPES.length + typeSlot;
}

/** Start of a transport's buckets, relative to REQUEST_SIZES or RESPONSE_SIZES. */
export function sizeRowOffset(transport: number): number {
  return transport * SIZE_ROW;
}

export function responseOffset(plugin: number, rcodeSlot: number): number {
  return RESPONSES + plugin * RCODES.length + rcodeSlot;
}

/** Index of the bucket a value falls into; the last is +Inf. */
function slotOf(bounds: readonly number[], value: number): number {
  const slot = bounds.findIndex((bound) => value <= bound);
  return slot === -1 ? bounds.length : slot;
}

/** Room for counts in shared memory, all 0. */
export function createQueryCounts(
  places: readonly QueryPlace[],
  plugins: readonly string[],
): QueryCounts {
  const numbers = places.length * placeStride(plugins.length);
  const memory = new SharedArrayBuffer(numbers * Float64Array.BYTES_PER_ELEMENT);
  return { places, plugins, values: new Float64Array(memory) };
}

/**
 * Counts one query with its response. Hot: numbers alone, no allocation.
 *
 * @param row start of the place's row in values: place * placeStride(plugins)
 * @param transport UDP or TCP
 * @param family IPV4 or IPV6
 */
export function countQuery(
  values: Float64Array,
  row: number,
  transport: number,
  family: number,
  type: number,
  dnssecOk: boolean,
  requestBytes: number,
  responseBytes: number,
  rcode: number,
  plugin: number,
): void {
  increment(values, row + requestOffset(transport, family, typeSlots[type] as number), 1);
  if (dnssecOk) increment(values, row + DO_REQUESTS, 1);
  countSize(values, row + REQUEST_SIZES + transport * SIZE_ROW, requestBytes);
  countSize(values, row + RESPONSE_SIZES + transport * SIZE_ROW, responseBytes);
  increment(values, row + responseOffset(plugin, Math.min(rcode, OTHER_RCODE)), 1);
}

/** Counts how long `queries` queries took, each the same time; a batch has one duration. Hot as countQuery. */
export function countDuration(
  values: Float64Array,
  row: number,
  seconds: number,
  queries: number,
): void {
  let slot = 0;
  while (slot < DURATION_BOUNDS.length && seconds > (DURATION_BOUNDS[slot] as number)) slot++;
  increment(values, row + DURATION + slot, queries);
  increment(values, row + DURATION + DURATION_BOUNDS.length + 1, seconds * queries);
}

function countSize(values: Float64Array, start: number, bytes: number): void {
  increment(values, start + (sizeSlots[bytes] as number), 1);
  increment(values, start + SIZE_ROW - 1, bytes);
}

// The callers stay within their row, so that reads are never undefined.
function increment(values: Float64Array, offset: number, by: number): void {
  values[offset] = (values[offset] as number) + by;
}
