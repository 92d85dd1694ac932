import { once } from "node:events";
import type { Server } from "node:net";
import { hasErrno } from "#observe/errno.ts";

/**
 * Listens on all addresses of both families, or of IPv4 alone where the machine has no IPv6; the answer is the port.
 * @throws the system's own error, EADDRINUSE above all
 */
export async function listen(server: Server, port: number, host = "::"): Promise<number> {
  server.listen({ port, host });
  try {
    await once(server, "listening");
  } catch (error) {
    if (host !== "::" || !hasNoIpv6(error)) throw error;
    return await listen(server, port, "0.0.0.0");
  }
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : port;
}

export function hasNoIpv6(error: unknown): boolean {
  return hasErrno(error, "EAFNOSUPPORT", "EADDRNOTAVAIL");
}

/** An address as a server of IPv4 sees it: without the prefix that a socket of both families puts before it. */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}

/** Address and port of a peer as Go writes them: "10.244.1.5:41234", "[fd00::5]:41234". */
export function peerOf(socket: {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}): string {
  const address = plainAddress(socket.remoteAddress);
  return `${address.includes(":") ? `[${address}]` : address}:${socket.remotePort ?? 0}`;
}
