import { HEADER_BYTES } from "../../wire/constants.ts";
import type { Message, ResourceRecord } from "../../wire/contract.ts";
import { nameToWire } from "../../wire/name.ts";

const QUESTION_FIXED_BYTES = 4;
const RECORD_FIXED_BYTES = 10;

/** Bytes of a message without compression and without OPT: the size CoreDNS logs as `{rsize}`. */
export function uncompressedBytes(message: Message): number {
  let bytes = HEADER_BYTES;
  for (const { name } of message.questions) bytes += nameBytes(name) + QUESTION_FIXED_BYTES;
  for (const section of [message.answers, message.authorities, message.additionals]) {
    for (const record of section)
      bytes += nameBytes(record.name) + RECORD_FIXED_BYTES + dataBytes(record);
  }
  return bytes;
}

function nameBytes(name: string): number {
  return nameToWire(name).length;
}

function dataBytes(record: ResourceRecord): number {
  switch (record.type) {
    case "A":
      return 4;
    case "AAAA":
      return 16;
    case "CNAME":
    case "NS":
    case "PTR":
    case "DNAME":
      return nameBytes(record.target);
    case "MX":
      return 2 + nameBytes(record.target);
    case "SRV":
      return 6 + nameBytes(record.target);
    case "SOA":
      return nameBytes(record.primary) + nameBytes(record.mailbox) + 20;
    case "TXT":
    case "HINFO":
      return record.texts.reduce((sum, text) => sum + 1 + text.length, 0);
    case "OPAQUE":
      return record.data.length;
  }
}
