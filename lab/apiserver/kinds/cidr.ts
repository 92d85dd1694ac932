import { isIPv4, isIPv6 } from "node:net";

/** "10.0.0.0/8" or "fd00::/64" */
export function isCidr(text: string): boolean {
  const [address, bits = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (isIPv4(address)) return Number(bits) <= 32;
  return isIPv6(address) && Number(bits) <= 128;
}
