/** The time in which signatures are valid (RFC 4034 §3.1.5). Pure. */
import { RecordType } from "../../wire/constants.ts";
import type { Message, ResourceRecord } from "../../wire/contract.ts";

const EXPIRATION_AT = 8;
const INCEPTION_AT = 12;
const FIXED_BYTES = 18;

/** Whether a record is a signature that is not valid yet, or not any more. */
export function hasSignatureOutside(
  { answers, authorities, additionals }: Message,
  unixSeconds: number,
): boolean {
  return [answers, authorities, additionals].some((section) =>
    section.some((record) => isOutside(record, unixSeconds)),
  );
}

function isOutside(record: ResourceRecord, unixSeconds: number): boolean {
  if (record.type !== "OPAQUE" || record.typeCode !== RecordType.RRSIG) return false;
  const { data } = record;
  if (data.length < FIXED_BYTES) return true;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // Serial number arithmetic (RFC 1982): the difference as a signed number, whatever era the seconds are of.
  const until = (view.getUint32(EXPIRATION_AT) - unixSeconds) | 0;
  const since = (unixSeconds - view.getUint32(INCEPTION_AT)) | 0;
  return until < 0 || since < 0;
}
