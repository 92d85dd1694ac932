import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Statement } from "../contract.ts";
import { payloadFields } from "../fields.ts";
import { typeFacts } from "../types.ts";
import { load, registerAt, writeExpression } from "./expressions.ts";

const PAYLOAD = {
  base: 2,
  offset: 3,
  length: 4,
  sreg: 5,
  checksumType: 6,
  checksumOffset: 7,
  checksumFlags: 8,
} as const;
const PSEUDO_HEADER = 1;
const META = { key: 2, sreg: 3 } as const;
const META_PRIORITY = 2;
const META_MARK = 3;
const CT = { key: 2, sreg: 4 } as const;
const CT_MARK = 3;

/** Writes a value into the packet or beside it. */
export function writeSet(
  writer: NetlinkWriter,
  { target, value }: Extract<Statement, { kind: "set" }>,
): NetlinkWriter {
  load(writer, value);
  const register = registerAt(0);
  switch (target) {
    case "meta priority":
    case "meta mark":
      return writeExpression(writer, "meta", (data) =>
        data
          .u32be(META.key, target === "meta mark" ? META_MARK : META_PRIORITY)
          .u32be(META.sreg, register),
      );
    case "ct mark":
      return writeExpression(writer, "ct", (data) =>
        data.u32be(CT.key, CT_MARK).u32be(CT.sreg, register),
      );
  }
  const { base, offset, type, checksum } = payloadFields[target];
  return writeExpression(writer, "payload", (data) =>
    data
      .u32be(PAYLOAD.sreg, register)
      .u32be(PAYLOAD.base, base)
      .u32be(PAYLOAD.offset, offset)
      .u32be(PAYLOAD.length, typeFacts[type].lengthBytes)
      .u32be(PAYLOAD.checksumType, checksum.type)
      .u32be(PAYLOAD.checksumOffset, checksum.offset)
      .u32be(PAYLOAD.checksumFlags, checksum.pseudoHeader ? PSEUDO_HEADER : 0),
  );
}
