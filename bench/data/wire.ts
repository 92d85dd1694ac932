import type { LoadQuery } from "../contract.ts";

const typeCodes = { A: 1, PTR: 12, AAAA: 28, SRV: 33 } as const;
const recursionDesired = 0x0100;
const optRecordBytes = 11;
/** The EDNS size resolvers commonly offer (DNS flag day 2020). */
const udpPayloadBytes = 1232;

/** Encodes a query with ID 0 (RFC 1035 §4.1, OPT as in RFC 6891 §6.1.2). Names must not need escapes. */
export function encodeQuery(query: LoadQuery): Buffer {
  const labels = query.name.split(".").filter((label) => label !== "");
  const nameBytes = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  const bytes = Buffer.alloc(12 + nameBytes + 4 + (query.edns ? optRecordBytes : 0));
  bytes.writeUInt16BE(recursionDesired, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(query.edns ? 1 : 0, 10);
  let offset = 12;
  for (const label of labels) {
    bytes[offset] = label.length;
    bytes.write(label, offset + 1, "latin1");
    offset += 1 + label.length;
  }
  offset += 1;
  bytes.writeUInt16BE(typeCodes[query.type], offset);
  bytes.writeUInt16BE(1, offset + 2);
  if (query.edns) {
    bytes.writeUInt16BE(41, offset + 5);
    bytes.writeUInt16BE(udpPayloadBytes, offset + 7);
  }
  return bytes;
}

/** Queries as a DNS-over-TCP stream (RFC 1035 §4.2.2): what dnsperf -B reads. */
export function queryStream(queries: readonly LoadQuery[]): Buffer {
  return Buffer.concat(
    queries.flatMap((query) => {
      const message = encodeQuery(query);
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(message.length);
      return [prefix, message];
    }),
  );
}
