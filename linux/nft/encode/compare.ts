import type { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Comparison } from "../contract.ts";
import { registerAt, writeExpression, writeValue } from "./expressions.ts";

const CMP = { sreg: 1, op: 2, data: 3 } as const;
const ops: Readonly<Record<Comparison, number>> = {
  "==": 0,
  "!=": 1,
  "<": 2,
  "<=": 3,
  ">": 4,
  ">=": 5,
};

/** Compares the first bytes of the register at offset 0 with the value's. */
export function writeCompare(
  writer: NetlinkWriter,
  op: Comparison,
  value: Uint8Array,
): NetlinkWriter {
  return writeExpression(writer, "cmp", (data) => {
    data.u32be(CMP.sreg, registerAt(0)).u32be(CMP.op, ops[op]);
    writeValue(data, CMP.data, value);
  });
}
