/** DNS over TCP (RFC 7766): pipelined queries, answers in any order, the fast path in place. */
import { createServer, type Server } from "node:net";
import { SystemCallError } from "#linux/errors.ts";
import { formatListener } from "#linux/udp/sockaddr.ts";
import type { Listener } from "./contract.ts";
import { TcpConnection, type TcpConnectionParts } from "./tcp-connection.ts";

/** How long clients may take to read their last answers when the server stops. */
const CLOSE_GRACE_MS = 5000;
/** Connections of one listener; the kernel's backlog holds back the rest. */
const MAX_CONNECTIONS = 10_000;

export interface TcpListenerOptions extends TcpConnectionParts {
  readonly host: string;
  readonly port: number;
}

/** @throws (rejects with) SystemCallError when the address cannot be bound */
export async function listenTcp(options: TcpListenerOptions): Promise<Listener> {
  const open = new Map<TcpConnection, () => void>();
  // Half-open: a client that has sent its last query still waits for answers.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    // Reset before it was accepted: there is nobody to answer.
    if (socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const connection = new TcpConnection(socket, options);
    open.set(connection, () => socket.destroy());
    socket.once("close", () => open.delete(connection));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listening(server, options);
  const bound = server.address();
  if (bound === null || typeof bound === "string")
    throw new TypeError("a TCP server has an address");
  return {
    address: bound.address,
    port: bound.port,
    close: () => closeAll(server, open),
  };
}

function listening(server: Server, { host, port }: TcpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const detail = `listen on ${formatListener({ address: host, port })} over TCP`;
      reject(new SystemCallError({ call: "listen", errno: Math.abs(error.errno ?? 0), detail }));
    });
    // As with UDP: an address may be opened beside a wider one.
    server.listen({ port, host, reusePort: process.platform === "linux" }, resolve);
  });
}

/** Lets every connection end with its last answer, and cuts what has not after a grace period. */
async function closeAll(
  server: Server,
  open: ReadonlyMap<TcpConnection, () => void>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of open.keys()) connection.finish();
  const cut = setTimeout(() => {
    for (const destroy of open.values()) destroy();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
