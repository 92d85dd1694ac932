import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Statement, TableFamily } from "../contract.ts";
import { families } from "./abi.ts";
import { load, loadConstant, registerAt, writeExpression } from "./expressions.ts";

const NAT = { type: 1, family: 2, addressRegister: 3, portRegister: 5, flags: 7 } as const;
const SNAT = 0;
const DNAT = 1;
/** NF_NAT_RANGE_PROTO_SPECIFIED and NF_NAT_RANGE_PROTO_RANDOM_FULLY of nf_nat.h. */
const PORT_GIVEN = 0x2;
const FULLY_RANDOM = 0x10;
const MASQ_FLAGS = 1;
const REJECT = { type: 1, code: 2 } as const;
const REJECT_ICMP = 0;
const REJECT_TCP_RESET = 1;
const REJECT_ICMPX = 2;
/** Codes by family: of ICMP, of ICMPv6, and the kernel's own that stand for either (nft_reject_inet_code). */
const rejectCodes = {
  "port-unreachable": { ip: 3, ip6: 4, either: 1 },
  "admin-prohibited": { ip: 13, ip6: 1, either: 3 },
} as const;

const addressBytes = { ip: 4, ip6: 16 } as const;
/** The register behind that of an address, in which nft puts a constant port. */
const PORT_OFFSET = 16;

/** The map's data lie in registers as they lie in its elements: the address, and the port right behind it. */
export function writeDnatMap(
  writer: NetlinkWriter,
  { family, key, map, withPort }: Extract<Statement, { kind: "dnatMap" }>,
): NetlinkWriter {
  load(writer, { kind: "lookup", key, map });
  return writeNat(writer, {
    type: DNAT,
    family,
    ...(withPort ? { portOffset: addressBytes[family] } : {}),
    flags: 0,
  });
}

export function writeDnat(
  writer: NetlinkWriter,
  { family, address, port }: Extract<Statement, { kind: "dnat" }>,
): NetlinkWriter {
  loadConstant(writer, 0, address);
  if (port === undefined) return writeNat(writer, { type: DNAT, family, flags: 0 });
  loadConstant(writer, PORT_OFFSET, Uint8Array.of(port >> 8, port & 0xff));
  return writeNat(writer, { type: DNAT, family, portOffset: PORT_OFFSET, flags: PORT_GIVEN });
}

export function writeSnat(
  writer: NetlinkWriter,
  { family, address }: Extract<Statement, { kind: "snat" }>,
): NetlinkWriter {
  loadConstant(writer, 0, address);
  return writeNat(writer, { type: SNAT, family, flags: 0 });
}

interface Nat {
  readonly type: number;
  readonly family: "ip" | "ip6";
  /** Where among the registers the port lies; without one the port stays. */
  readonly portOffset?: number;
  readonly flags: number;
}

function writeNat(writer: NetlinkWriter, { type, family, portOffset, flags }: Nat): NetlinkWriter {
  return writeExpression(writer, "nat", (data) => {
    data
      .u32be(NAT.type, type)
      .u32be(NAT.family, natFamilies[family])
      .u32be(NAT.addressRegister, registerAt(0));
    if (portOffset !== undefined) data.u32be(NAT.portRegister, registerAt(portOffset));
    if (flags !== 0) data.u32be(NAT.flags, flags);
  });
}

const natFamilies = { ip: families.ip, ip6: families.ip6 } as const;

export function writeMasquerade(writer: NetlinkWriter, fullyRandom: boolean): NetlinkWriter {
  return writeExpression(writer, "masq", (data) => {
    if (fullyRandom) data.u32be(MASQ_FLAGS, FULLY_RANDOM);
  });
}

export function writeReject(
  writer: NetlinkWriter,
  answer: Extract<Statement, { kind: "reject" }>["with"],
  family: TableFamily,
): NetlinkWriter {
  return writeExpression(writer, "reject", (data) => {
    if (answer === "tcp reset") {
      data.u32be(REJECT.type, REJECT_TCP_RESET).u8(REJECT.code, 0);
    } else if (family === "ip" || family === "ip6") {
      data.u32be(REJECT.type, REJECT_ICMP).u8(REJECT.code, rejectCodes[answer][family]);
    } else {
      data.u32be(REJECT.type, REJECT_ICMPX).u8(REJECT.code, rejectCodes[answer].either);
    }
  });
}
