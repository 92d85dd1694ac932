/** Addresses and their names in the reverse trees in-addr.arpa (RFC 1035 §3.5) and ip6.arpa (RFC 3596 §2.5). */
import { readIPv4, readIPv6, writeIPv4, writeIPv6 } from "./address.ts";
import { foldName } from "./name.ts";
import { WireError } from "./wire-error.ts";

const IPV4_ZONE = ".in-addr.arpa.";
const IPV6_ZONE = ".ip6.arpa.";

/** "10.0.0.1" to "1.0.0.10.in-addr.arpa."; an IPv6 address to 32 nibbles. Throws WireError for any other text. */
export function reverseName(address: string): string {
  const bytes = new Uint8Array(16);
  if (writeIPv4(address, bytes, 0)) {
    return `${bytes[3]}.${bytes[2]}.${bytes[1]}.${bytes[0]}${IPV4_ZONE}`;
  }
  if (!writeIPv6(address, bytes, 0)) throw new WireError(`"${address}" is no IP address`);
  const nibbles = [...bytes].flatMap((byte) => [byte >> 4, byte & 0xf]);
  return `${nibbles
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join(".")}${IPV6_ZONE}`;
}

/** The address a full reverse name stands for; undefined for reverse zones, names below one and all other names. */
export function addressOfReverseName(name: string): string | undefined {
  const folded = foldName(name);
  if (folded.endsWith(IPV4_ZONE)) return ipv4Of(folded.slice(0, -IPV4_ZONE.length).split("."));
  if (folded.endsWith(IPV6_ZONE)) return ipv6Of(folded.slice(0, -IPV6_ZONE.length).split("."));
  return undefined;
}

function ipv4Of(labels: readonly string[]): string | undefined {
  const bytes = new Uint8Array(4);
  return writeIPv4(labels.toReversed().join("."), bytes, 0) ? readIPv4(bytes, 0) : undefined;
}

function ipv6Of(labels: readonly string[]): string | undefined {
  if (labels.length !== 32 || !labels.every((label) => /^[0-9a-f]$/.test(label))) return undefined;
  const hex = labels.toReversed().join("");
  const bytes = Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  return readIPv6(bytes, 0);
}
