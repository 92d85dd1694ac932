import type { ServerAddress, Token } from "./contract.ts";
import { CorefileError } from "./errors.ts";
import { isCidr, reverseZones } from "./reverse-zones.ts";
import { acceptedWords } from "./suggest.ts";
import { readZoneName } from "./zone-name.ts";

/** Ports that stand where an address has none (RFC 7858, RFC 8484, RFC 9250). */
const DEFAULT_PORTS = {
  dns: 53,
  tls: 853,
  https: 443,
  grpc: 443,
  quic: 853,
} as const satisfies Record<ServerAddress["scheme"], number>;

/**
 * Reads `[scheme://]zone[:port]`. A zone in CIDR form becomes its reverse zones, so that there may be several.
 *
 * @param defaultPort port of plain DNS where none is written (-dns.port)
 * @throws CorefileError FL-D010 for what is no such address
 */
export function parseServerAddress(token: Token, defaultPort: number): ServerAddress[] {
  const [scheme, rest] = splitScheme(token);
  const [name, port] = splitPort(token, rest);
  return zonesOf(token, name).map((zone) => ({
    scheme,
    zone,
    port: port ?? (scheme === "dns" ? defaultPort : DEFAULT_PORTS[scheme]),
    position: { file: token.file, line: token.line },
  }));
}

function splitScheme(token: Token): [ServerAddress["scheme"], string] {
  const [, written, rest = token.text] = /^([^/:]*):\/\/(.*)$/s.exec(token.text) ?? [];
  if (written === undefined) return ["dns", token.text];
  const scheme = written.toLowerCase();
  if (isScheme(scheme)) return [scheme, rest];
  throw new CorefileError(
    "FL-D010",
    token,
    `'${written}' in '${token.text}' is no scheme; ${acceptedWords(scheme, Object.keys(DEFAULT_PORTS))}`,
  );
}

function isScheme(text: string): text is ServerAddress["scheme"] {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

/** The last colon before nothing but digits starts the port; others belong to IPv6 blocks. */
function splitPort(token: Token, text: string): [string, number | undefined] {
  if (text.endsWith(":")) {
    throw new CorefileError(
      "FL-D010",
      token,
      `'${token.text}' wants a port behind its colon, for example '${token.text}53'`,
    );
  }
  const [, name, digits] = /^(.*):(-?\d+)$/s.exec(text) ?? [];
  if (name === undefined || digits === undefined) return [text, undefined];
  const port = Number(digits);
  if (!(port >= 0 && port <= 65_535))
    throw new CorefileError(
      "FL-D010",
      token,
      `'${token.text}' has port ${digits}; ports are 0 to 65535`,
    );
  return [name, port];
}

function zonesOf(token: Token, name: string): string[] {
  if (isCidr(name)) {
    const zones = reverseZones(name);
    if (zones !== undefined) return zones;
    throw new CorefileError(
      "FL-D010",
      token,
      `'${name}' is no address block; it should look like 10.0.0.0/24 or fd00::/64`,
    );
  }
  if (name.includes("{") || name.includes("}")) {
    throw new CorefileError(
      "FL-D010",
      token,
      `'${name}' is no zone; a brace stands apart from other words`,
    );
  }
  if (name === "") {
    // Often what is left of a variable that is not set: no reason to serve the whole world.
    throw new CorefileError(
      "FL-D010",
      token,
      `'${token.text}' names no zone; the root is written '.${token.text}'`,
    );
  }
  return [readZoneName(token, name, "zone", "FL-D010")];
}
