/** Pod names: an address written with dashes, `10-240-0-1` or `fd00--1`. Pure. */
import { readIPv4, readIPv6, writeIPv4, writeIPv6 } from "../../wire/address.ts";

const scratch = new Uint8Array(16);

/** Canonical address that the label stands for; undefined when it is none. Three single dashes mean IPv4. */
export function podAddress(label: string): string | undefined {
  const dashes = label.split("-").length - 1;
  if (dashes === 3 && !label.includes("--")) {
    return writeIPv4(label.replaceAll("-", "."), scratch, 0) ? readIPv4(scratch, 0) : undefined;
  }
  return writeIPv6(label.replaceAll("-", ":"), scratch, 0) ? readIPv6(scratch, 0) : undefined;
}
