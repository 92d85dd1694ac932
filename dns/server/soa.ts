/** The SOA record of negative answers, written by the hot path (RFC 2308 §3). */

/** owner(2) type(2) class(2) ttl(4) length(2) + "ns.dns" and "hostmaster" before pointers to the apex + 5 numbers. */
export const SOA_RECORD_BYTES = 54;

const REFRESH_SECONDS = 7200;
const RETRY_SECONDS = 1800;
const EXPIRE_SECONDS = 86_400;
const POINTER = 0xc000;

/** The longest that negative answers may be cached for by the SOA's own TTL; CoreDNS's bound. */
const MAX_TTL_SECONDS = 300;

/**
 * @param apex offset of the zone's name in the question, from the start of the message
 * @returns the offset behind the record
 */
export function writeSoa(
  view: DataView,
  at: number,
  apex: number,
  minimumSeconds: number,
  serial: number,
): number {
  const pointer = POINTER | apex;
  view.setUint16(at, pointer);
  view.setInt32(at + 2, 0x0006_0001);
  view.setInt32(at + 6, Math.min(minimumSeconds, MAX_TTL_SECONDS));
  view.setUint16(at + 10, SOA_RECORD_BYTES - 12);
  // \x02 n s \x03 d n s
  view.setInt32(at + 12, 0x026e_7303);
  view.setInt32(at + 16, 0x646e_7300);
  view.setUint16(at + 19, pointer);
  // \x0a h o s t m a s t e r
  view.setInt32(at + 21, 0x0a68_6f73);
  view.setInt32(at + 25, 0x746d_6173);
  view.setInt32(at + 29, 0x7465_7200);
  view.setUint16(at + 32, pointer);
  view.setInt32(at + 34, serial);
  view.setInt32(at + 38, REFRESH_SECONDS);
  view.setInt32(at + 42, RETRY_SECONDS);
  view.setInt32(at + 46, EXPIRE_SECONDS);
  view.setInt32(at + 50, minimumSeconds);
  return at + SOA_RECORD_BYTES;
}
