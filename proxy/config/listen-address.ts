import { canonicalAddress } from "#cluster/objects/address.ts";
import type { ListenAddress } from "./contract.ts";

/**
 * Reads "IP:PORT", "[IP]:PORT" or an address alone, which gets the port.
 * @returns undefined for what is none of them
 */
export function parseListenAddress(text: string, defaultPort: number): ListenAddress | undefined {
  const alone = canonicalAddress(text);
  if (alone !== undefined) return { address: alone, port: defaultPort };
  const [, bracketed, bare, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const address = canonicalAddress(bracketed ?? bare ?? "");
  return address === undefined || !(port >= 1 && port <= 65_535) ? undefined : { address, port };
}
