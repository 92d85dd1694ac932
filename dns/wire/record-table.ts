/**
 * The one table of record types: adding a type is a row here and its interface in the contract. Field order is the
 * order on the wire and in zone files. Everything else is opaque (RFC 3597).
 */
import { RecordType } from "./constants.ts";
import type { ResourceRecord } from "./contract.ts";
import {
  compressedName,
  type Field,
  ipv4,
  ipv6,
  plainName,
  texts,
  twoTexts,
  u16,
  u32,
} from "./fields.ts";

type KnownType = Exclude<ResourceRecord["type"], "OPAQUE">;

/** The interface of one type, out of the union. */
type RecordOf<T extends KnownType, R = ResourceRecord> = R extends { readonly type: infer U }
  ? T extends U
    ? R
    : never
  : never;

type HeadKey = "name" | "class" | "ttlSeconds" | "type";

type DataFields<T extends KnownType> = {
  readonly [K in Exclude<keyof RecordOf<T>, HeadKey>]: Field<RecordOf<T>[K]>;
};

const table: { readonly [T in KnownType]: DataFields<T> } = {
  A: { address: ipv4 },
  AAAA: { address: ipv6 },
  CNAME: { target: compressedName },
  NS: { target: compressedName },
  PTR: { target: compressedName },
  DNAME: { target: plainName },
  MX: { preference: u16, target: compressedName },
  SRV: { priority: u16, weight: u16, port: u16, target: plainName },
  SOA: {
    primary: compressedName,
    mailbox: compressedName,
    serial: u32,
    refreshSeconds: u32,
    retrySeconds: u32,
    expireSeconds: u32,
    minimumSeconds: u32,
  },
  TXT: { texts },
  HINFO: { texts: twoTexts },
};

/** One type's fields for the generic code. The row has been checked against the contract above. */
export interface RecordCodec {
  readonly type: KnownType;
  readonly fields: readonly (readonly [key: string, field: Field<unknown>])[];
}

/** A record's values by their keys, as the generic code sees them. */
export type FieldValues = Record<string, unknown>;

const codecs = Object.fromEntries(
  Object.entries(table).map(([type, row]) => [
    type,
    { type: type as KnownType, fields: Object.entries(row as Record<string, Field<unknown>>) },
  ]),
) as unknown as { readonly [T in KnownType]: RecordCodec };

const codecsByCode: ReadonlyMap<number, RecordCodec> = new Map(
  Object.values(codecs).map((codec) => [RecordType[codec.type], codec]),
);

export function codecOf(type: KnownType): RecordCodec {
  return codecs[type];
}

/** Undefined for types that are opaque here. */
export function codecForCode(typeCode: number): RecordCodec | undefined {
  return codecsByCode.get(typeCode);
}

/** The type's code, whether the type is known or opaque. */
export function recordTypeCode(record: ResourceRecord): number {
  return record.type === "OPAQUE" ? record.typeCode : RecordType[record.type];
}
