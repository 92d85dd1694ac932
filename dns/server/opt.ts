/** The OPT record of replies, written by the hot path (RFC 6891 §6.1.2). */

export const OPT_BYTES = 11;
export const TYPE_OPT = 41;
const DO_FLAG = 0x8000;

/** @param edns the client's payload size (16 bits) with its DO bit above: both are sent back as they came */
export function writeOpt(view: DataView, at: number, edns: number): number {
  view.setUint8(at, 0);
  view.setUint16(at + 1, TYPE_OPT);
  view.setUint16(at + 3, edns & 0xffff);
  view.setInt32(at + 5, edns > 0xffff ? DO_FLAG : 0);
  view.setUint16(at + 9, 0);
  return at + OPT_BYTES;
}
