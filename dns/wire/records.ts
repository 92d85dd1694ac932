import { RecordType } from "./constants.ts";
import type { ResourceRecord } from "./contract.ts";
import { readOpaqueData } from "./opaque-names.ts";
import type { WireReader } from "./reader.ts";
import { codecForCode, codecOf, type FieldValues, recordTypeCode } from "./record-table.ts";
import { WireError } from "./wire-error.ts";
import type { WireWriter } from "./writer.ts";

/** Reads one record; an OPT record comes out as opaque. Throws WireError when RDLENGTH and RDATA disagree. */
export function readRecord(reader: WireReader): ResourceRecord {
  const name = reader.name();
  const typeCode = reader.u16();
  const head = { name, class: reader.u16(), ttlSeconds: reader.u32() };
  const lengthBytes = reader.u16();
  const codec = codecForCode(typeCode);
  if (codec === undefined) {
    const data = readOpaqueData(reader, typeCode, lengthBytes);
    return { ...head, type: "OPAQUE", typeCode, data };
  }
  const end = reader.offset + lengthBytes;
  const record: FieldValues = { ...head, type: codec.type };
  for (const [key, field] of codec.fields) record[key] = field.read(reader, end);
  if (reader.offset !== end) {
    throw new WireError(`a ${codec.type} record's data is not as long as announced`, reader.offset);
  }
  // The row has the fields of this type's interface.
  return record as unknown as ResourceRecord;
}

/** Appends one record. Throws WireError for values without a wire form. */
export function writeRecord(writer: WireWriter, record: ResourceRecord): void {
  writer.name(record.name, true);
  writer.u16(recordTypeCode(record));
  writer.u16(record.class);
  writer.u32(record.ttlSeconds);
  const lengthAt = writer.offset;
  writer.offset += 2;
  if (record.type === "OPAQUE") {
    if (record.typeCode === RecordType.OPT) throw new WireError("OPT is written from message.edns");
    writer.raw(record.data);
  } else {
    // The keys come from the record's own row.
    const values = record as unknown as FieldValues;
    for (const [key, field] of codecOf(record.type).fields) field.write(writer, values[key]);
  }
  const lengthBytes = writer.offset - lengthAt - 2;
  if (lengthBytes > 0xffff) throw new WireError(`the data of "${record.name}" is over 65535 bytes`);
  writer.setU16(lengthAt, lengthBytes);
}
