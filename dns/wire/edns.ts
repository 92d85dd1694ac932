/** The OPT pseudo record (RFC 6891 §6.1), whose header fields mean something of their own. */
import { RecordType } from "./constants.ts";
import type { Edns, EdnsOption, OpaqueRecord } from "./contract.ts";
import { WireReader } from "./reader.ts";
import { WireError } from "./wire-error.ts";
import type { WireWriter } from "./writer.ts";

const DNSSEC_OK = 0x8000;

/** Bytes of the record without options: root name, type, class, TTL and data length. */
const OPT_HEAD_BYTES = 11;

/** Reads an OPT that came in as an opaque record, with the upper eight rcode bits it carries. */
export function readEdns(record: OpaqueRecord): { edns: Edns; upperRcode: number } {
  if (record.name !== ".") throw new WireError("the OPT record's owner is not the root");
  const reader = new WireReader(record.data);
  const options: EdnsOption[] = [];
  while (reader.offset < record.data.length) {
    const code = reader.u16();
    options.push({ code, data: reader.copy(reader.u16()) });
  }
  const edns = {
    version: (record.ttlSeconds >>> 16) & 0xff,
    udpPayloadBytes: record.class,
    dnssecOk: (record.ttlSeconds & DNSSEC_OK) !== 0,
    options,
  };
  return { edns, upperRcode: record.ttlSeconds >>> 24 };
}

/** Appends the OPT record with the upper bits of the message's rcode. */
export function writeEdns(writer: WireWriter, edns: Edns, rcode: number): void {
  writer.u8(0);
  writer.u16(RecordType.OPT);
  writer.u16(edns.udpPayloadBytes);
  writer.u8(rcode >>> 4);
  writer.u8(edns.version);
  writer.u16(edns.dnssecOk ? DNSSEC_OK : 0);
  writer.u16(optionsBytes(edns));
  for (const { code, data } of edns.options) {
    writer.u16(code);
    writer.u16(data.length);
    writer.raw(data);
  }
}

/** Bytes that the OPT record will take; none without EDNS. */
export function ednsBytes(edns: Edns | undefined): number {
  return edns === undefined ? 0 : OPT_HEAD_BYTES + optionsBytes(edns);
}

function optionsBytes(edns: Edns): number {
  let bytes = 0;
  for (const option of edns.options) bytes += 4 + option.data.length;
  return bytes;
}
