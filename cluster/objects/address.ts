import ipaddr from "ipaddr.js";

/**
 * The one text form of an IP address: dotted IPv4 without leading zeros, IPv6 as RFC 5952 writes it, an IPv4-mapped
 * IPv6 address as the IPv4 address it stands for (as Kubernetes prints it). Undefined for what is no address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isPlainIPv4(text)) return text;
  return text.includes(":") ? canonicalIPv6(text) : withoutLeadingZeros(text);
}

/** True for dotted IPv4 in canonical form. Nearly every address is; the check allocates nothing. */
function isPlainIPv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === dot) {
      if (digits === 0) return false;
      dots++;
      octet = 0;
      digits = 0;
      continue;
    }
    if (char < zero || char > nine || (digits > 0 && octet === 0)) return false;
    octet = octet * 10 + char - zero;
    digits++;
    if (octet > 255) return false;
  }
  return dots === 3 && digits > 0;
}

const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;

/** Old API objects hold such addresses; Kubernetes reads the octets as decimal, never as octal. */
function withoutLeadingZeros(text: string): string | undefined {
  const stripped = text.replace(/(^|\.)0+(?=\d)/g, "$1");
  return isPlainIPv4(stripped) ? stripped : undefined;
}

function canonicalIPv6(text: string): string | undefined {
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress()
    ? address.toIPv4Address().toString()
    : address.toRFC5952String();
}
