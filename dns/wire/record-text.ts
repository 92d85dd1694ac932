/** Records as zone-file lines: OWNER TTL CLASS TYPE DATA (RFC 1035 §5.1), opaque data by RFC 3597 §5. */
import { classCode, className, typeCode, typeName } from "./constants.ts";
import type { ResourceRecord } from "./contract.ts";
import { compressedName as ownerName, u32 } from "./fields.ts";
import { codecForCode, codecOf, type FieldValues, recordTypeCode } from "./record-table.ts";
import { wordsOf } from "./text.ts";
import { WireError } from "./wire-error.ts";

/** One line, one blank between words, escapes and addresses in canonical form, case kept. */
export function recordToText(record: ResourceRecord): string {
  const { name, ttlSeconds } = record;
  const type = typeName(recordTypeCode(record));
  return [name, ttlSeconds, className(record.class), type, ...dataToText(record)].join(" ");
}

function dataToText(record: ResourceRecord): string[] {
  if (record.type === "OPAQUE") {
    const { length } = record.data;
    return [
      "\\#",
      String(length),
      ...(length > 0 ? [Buffer.from(record.data).toString("hex")] : []),
    ];
  }
  // The keys come from the record's own row.
  const values = record as unknown as FieldValues;
  return codecOf(record.type).fields.map(([key, field]) => field.format(values[key]));
}

/**
 * Reads a line as recordToText writes it; blanks may be wider and a `;` comment may follow. All five parts are
 * wanted and names are absolute: there is no $ORIGIN or $TTL to fill a gap from. Throws WireError that names the
 * wrong word.
 */
export function recordFromText(line: string): ResourceRecord {
  const words = wordsOf(line);
  const head = {
    name: ownerName.parse(words),
    ttlSeconds: u32.parse(words),
    class: codeWord(words, "class", classCode),
  };
  const code = codeWord(words, "type", typeCode);
  const codec = codecForCode(code);
  const record: FieldValues =
    codec === undefined
      ? { ...head, type: "OPAQUE", typeCode: code, data: opaqueData(words) }
      : { ...head, type: codec.type };
  for (const [key, field] of codec?.fields ?? []) record[key] = field.parse(words);
  if (words.length > 0)
    throw new WireError(`"${words.join(" ")}" is too much for ${typeName(code)} data`);
  // The row has the fields of this type's interface.
  return record as unknown as ResourceRecord;
}

function codeWord(
  words: string[],
  what: string,
  codeOf: (word: string) => number | undefined,
): number {
  const word = words.shift();
  const code = word === undefined ? undefined : codeOf(word);
  if (code === undefined) throw new WireError(`"${word ?? ""}" is no record ${what}`);
  return code;
}

function opaqueData(words: string[]): Uint8Array {
  const [mark, length, ...hex] = words.splice(0);
  const data = hex.join("");
  if (mark !== "\\#" || !/^([0-9a-f]{2})*$/i.test(data) || Number(length) !== data.length / 2) {
    throw new WireError("data of this type is written \\# LENGTH HEX (RFC 3597 §5)");
  }
  return new Uint8Array(Buffer.from(data, "hex"));
}
