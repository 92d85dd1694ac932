import { decodeIp, encodeIp } from "../ip.ts";
import type { AttributeReader } from "../reader.ts";
import type { NetlinkWriter } from "../writer.ts";
import { CTA_IP, CTA_PROTO, CTA_TUPLE } from "./abi.ts";
import type { Tuple } from "./contract.ts";

const withPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** Writes a direction as the attribute CTA_TUPLE_ORIG or CTA_TUPLE_REPLY. */
export function writeTuple(writer: NetlinkWriter, type: number, tuple: Tuple): void {
  const source = encodeIp(tuple.source);
  const isV4 = source.length === 4;
  writer.nested(type, () => {
    writer.nested(CTA_TUPLE.IP, () => {
      writer.bytes(isV4 ? CTA_IP.V4_SRC : CTA_IP.V6_SRC, source);
      writer.bytes(isV4 ? CTA_IP.V4_DST : CTA_IP.V6_DST, encodeIp(tuple.destination));
    });
    writer.nested(CTA_TUPLE.PROTO, () => {
      writer.u8(CTA_PROTO.NUM, tuple.protocol);
      if (!withPorts.has(tuple.protocol)) return;
      writer.u16be(CTA_PROTO.SRC_PORT, tuple.sourcePort);
      writer.u16be(CTA_PROTO.DST_PORT, tuple.destinationPort);
    });
  });
}

export function readTuple(attribute: AttributeReader): Tuple {
  const tuple = { source: "", destination: "", protocol: 0, sourcePort: 0, destinationPort: 0 };
  attribute.nested((part) => {
    if (part.type === CTA_TUPLE.IP)
      part.nested((ip) => {
        if (ip.type === CTA_IP.V4_SRC || ip.type === CTA_IP.V6_SRC)
          tuple.source = decodeIp(ip.bytes());
        if (ip.type === CTA_IP.V4_DST || ip.type === CTA_IP.V6_DST)
          tuple.destination = decodeIp(ip.bytes());
      });
    if (part.type === CTA_TUPLE.PROTO)
      part.nested((proto) => {
        if (proto.type === CTA_PROTO.NUM) tuple.protocol = proto.u8();
        if (proto.type === CTA_PROTO.SRC_PORT) tuple.sourcePort = proto.u16be();
        if (proto.type === CTA_PROTO.DST_PORT) tuple.destinationPort = proto.u16be();
      });
  });
  return tuple;
}
