/**
 * Old types without a row in the table whose data may hold compressed names (RFC 3597 §4 lists them). A pointer means
 * nothing outside its message, so such data is kept with its names in full.
 */
import { RecordType } from "./constants.ts";
import { nameToWire } from "./name.ts";
import { WireReader } from "./reader.ts";
import { WireError } from "./wire-error.ts";

/** n: a name; s: a character string; digits: so many bytes; *: all that is left. */
const LAYOUTS: ReadonlyMap<number, readonly string[]> = new Map([
  [3, ["n"]], // MD
  [4, ["n"]], // MF
  [7, ["n"]], // MB
  [8, ["n"]], // MG
  [9, ["n"]], // MR
  [14, ["n", "n"]], // MINFO
  [RecordType.RP, ["n", "n"]],
  [RecordType.AFSDB, ["2", "n"]],
  [21, ["2", "n"]], // RT
  [RecordType.SIG, ["18", "n", "*"]],
  [26, ["2", "n", "n"]], // PX
  [30, ["n", "*"]], // NXT
  [RecordType.NAPTR, ["4", "s", "s", "s", "n"]],
  [RecordType.KX, ["2", "n"]],
]);

/** The RDATA at the reader as bytes that stand for themselves. The reader moves behind it. */
export function readOpaqueData(
  reader: WireReader,
  typeCode: number,
  lengthBytes: number,
): Uint8Array {
  const layout = LAYOUTS.get(typeCode);
  const start = reader.offset;
  const data = reader.copy(lengthBytes);
  if (layout === undefined) return data;
  return expanded(reader.bytes, start, reader.offset, layout) ?? data;
}

/** Undefined for data of another layout, which is nobody's to judge here. */
function expanded(
  message: Uint8Array,
  start: number,
  end: number,
  layout: readonly string[],
): Uint8Array | undefined {
  const reader = new WireReader(message, start);
  const parts: Uint8Array[] = [];
  try {
    for (const part of layout) parts.push(readPart(reader, part, end));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
  return reader.offset === end ? Uint8Array.from(parts.flatMap((part) => [...part])) : undefined;
}

function readPart(reader: WireReader, part: string, end: number): Uint8Array {
  if (part === "n") return nameToWire(reader.name());
  if (part === "s") return reader.copy(1 + (reader.bytes[reader.offset] ?? 0));
  return reader.copy(part === "*" ? end - reader.offset : Number(part));
}
