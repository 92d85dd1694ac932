import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { SystemCallError } from "#linux/errors.ts";
import { formatListener } from "#linux/udp/sockaddr.ts";

export interface ClaimedAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Makes sure that nobody listens on the address. With SO_REUSEPORT, which all UDP sockets of the server have, the kernel
 * lets two servers of one user share a port, and each would get a part of the queries.
 * @throws SystemCallError FL-L002 when the port is taken, and for an address that is not this machine's
 */
export async function claimPort({ host, port }: ClaimedAddress): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const server = createServer();
  try {
    await bound(socket, "UDP", { host, port }, () =>
      socket.bind({ address: host, port, exclusive: true }),
    );
    await bound(server, "TCP", { host, port }, () =>
      server.listen({ host, port, exclusive: true }),
    );
  } finally {
    await Promise.all([closed(socket), closed(server)]);
  }
}

async function bound(
  emitter: NodeJS.EventEmitter,
  protocol: string,
  { host, port }: ClaimedAddress,
  bind: () => void,
): Promise<void> {
  const listening = once(emitter, "listening");
  bind();
  try {
    await listening;
  } catch (cause) {
    const { errno = 0, syscall = "bind" } = cause as NodeJS.ErrnoException;
    const detail = `listen on ${formatListener({ address: host, port })} over ${protocol}`;
    throw new SystemCallError({ call: syscall, errno: Math.abs(errno), detail });
  }
}

/** The port is free again only when that has happened. A server that never listened has nothing to close. */
function closed(emitter: NodeJS.EventEmitter & { close(): unknown }): Promise<unknown> {
  const done = once(emitter, "close");
  emitter.close();
  return done;
}
