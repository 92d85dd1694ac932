import ipaddr from "ipaddr.js";
import type { IpFamily } from "../contract.ts";

/** First and last address of a CIDR in network order. The plan has checked it and its family. */
export function cidrRange(
  cidr: string,
  family: IpFamily,
): { readonly first: Uint8Array; readonly last: Uint8Array } {
  const [address, lengthBits] = ipaddr.parseCIDR(cidr);
  const first = Uint8Array.from(address.toByteArray());
  const last = first.slice();
  for (let bit = lengthBits; bit < (family === 4 ? 32 : 128); bit++) {
    const mask = 0x80 >> (bit & 7);
    first[bit >> 3] = (first[bit >> 3] ?? 0) & ~mask;
    last[bit >> 3] = (last[bit >> 3] ?? 0) | mask;
  }
  return { first, last };
}
