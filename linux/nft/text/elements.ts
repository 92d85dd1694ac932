import type { DataType, NamedSet, ReadElement } from "../contract.ts";
import { paddedBytes, typeFacts } from "../types.ts";
import { compareKeys, orderOfKeys } from "./order.ts";
import { formatVerdict } from "./statements.ts";
import { formatDuration, formatValue } from "./values.ts";

const newLine = ",\n\t\t\t     ";

/** How many elements nft lists on a line; by the key's type, of several parts one. */
const perLine: { readonly [Type in DataType]: number } = {
  ipv4_addr: 2,
  ipv6_addr: 1,
  ether_addr: 1,
  inet_proto: 5,
  inet_service: 5,
  mark: 5,
  ifname: 1,
  classid: 5,
};

/** `10.0.0.1, 10.0.0.2` in nft's order and breaking of lines. */
export function formatElements(set: NamedSet, elements: readonly ReadElement[]): string {
  const order = orderOfKeys(set.key);
  const [only] = set.key;
  const width = set.key.length === 1 && only !== undefined ? perLine[only] : 1;
  return [...elements]
    .sort((a, b) => compareKeys(a.key, b.key, order))
    .map((element) => formatElement(set, element))
    .reduce((text, element, index) =>
      index % width === 0 ? `${text}${newLine}${element}` : `${text}, ${element}`,
    );
}

/** One element: key, hits, time-out, comment, data. */
function formatElement(set: NamedSet, element: ReadElement): string {
  const { key, keyEnd, data, timeoutMs, expiresMs, comment } = element;
  const counter = set.counter === true ? ` counter packets ${element.packets ?? 0n} bytes 0` : "";
  const timeout = timeoutMs === undefined ? "" : ` timeout ${formatDuration(timeoutMs)}`;
  const expires = expiresMs === undefined ? "" : ` expires ${formatDuration(expiresMs)}`;
  const note = comment === undefined ? "" : ` comment "${comment}"`;
  const value = data === undefined ? "" : ` : ${formatData(set, data)}`;
  return `${formatRange(set.key, key, keyEnd)}${counter}${timeout}${expires}${note}${value}`;
}

function formatData(set: NamedSet, data: NonNullable<ReadElement["data"]>): string {
  if (!(data instanceof Uint8Array)) return formatVerdict(data);
  return formatRange(set.data === "verdict" ? [] : (set.data ?? []), data, undefined);
}

function formatRange(
  parts: readonly DataType[],
  first: Uint8Array,
  last: Uint8Array | undefined,
): string {
  let at = 0;
  return parts
    .map((part) => {
      const end = at + typeFacts[part].lengthBytes;
      const text = formatPart(part, first.subarray(at, end), last?.subarray(at, end));
      at += paddedBytes(part);
      return text;
    })
    .join(" . ");
}

function formatPart(part: DataType, first: Uint8Array, last: Uint8Array | undefined): string {
  const start = formatValue(part, first);
  if (last === undefined || Buffer.compare(first, last) === 0) return start;
  const isAddress = part === "ipv4_addr" || part === "ipv6_addr";
  const bits = isAddress ? prefixBits(first, last) : undefined;
  return bits === undefined ? `${start}-${formatValue(part, last)}` : `${start}/${bits}`;
}

/** Length of the prefix that the range is; undefined for one that is none. */
function prefixBits(first: Uint8Array, last: Uint8Array): number | undefined {
  const differing = [...first].flatMap((byte, index) => {
    const other = last[index] ?? 0;
    return [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => [(byte >> bit) & 1, (other >> bit) & 1] as const);
  });
  const length = differing.findIndex(([a, b]) => a !== b);
  const isPrefix = differing.slice(length).every(([a, b]) => a === 0 && b === 1);
  return isPrefix ? length : undefined;
}
