import { isIP } from "node:net";
import type { UpstreamAddress } from "./contract.ts";

const DNS_PORT = 53;

/**
 * Reads `IP`, `IP:port`, `[v6]`, `[v6]:port`; the port is 53 unless written. Undefined for what starts with no IP
 * address, such as a host name or a file.
 *
 * @throws RangeError for an address whose port is none, with a sentence to put behind the word
 */
export function parseUpstream(text: string): UpstreamAddress | undefined {
  if (isIP(text) !== 0) return address(text, DNS_PORT);
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  if (isIP(host) === 0 || (bracketed !== undefined && isIP(host) !== 6)) return undefined;
  if (port === undefined) return address(host, DNS_PORT);
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) {
    throw new RangeError("has no port from 1 to 65535 behind its colon");
  }
  return address(host, number);
}

/** "10.0.0.1:53", "[::1]:53": the label that metrics know an upstream by. */
export function formatUpstream({ family, host, port }: UpstreamAddress): string {
  return family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function address(host: string, port: number): UpstreamAddress {
  return { family: isIP(host) === 6 ? 6 : 4, host, port };
}
