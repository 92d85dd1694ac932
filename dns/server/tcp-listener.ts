/** DNS over TCP (RFC 7766): pipelined queries, answers in any order, the fast path in place. */
import { type AddressInfo, createServer, type Server } from "node:net";
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
  /** Another socket of this server listens on a wider or narrower address of the port. */
  readonly isShared: boolean;
}

export interface TcpListener extends Listener {
  /**
   * Lets a socket with a wider or narrower address listen beside this one. The first call opens the address anew, at
   * once; connections stay.
   */
  share(): Promise<void>;
}

/** @throws (rejects with) SystemCallError when the address cannot be bound */
export async function listenTcp(options: TcpListenerOptions): Promise<TcpListener> {
  const open = new Map<TcpConnection, () => void>();
  const closed: Promise<void>[] = [];
  let { isShared } = options;
  let server = await listening(options, open);
  const { address, port } = boundAddress(server);
  return {
    address,
    port,
    async share() {
      if (isShared) return;
      isShared = true;
      closed.push(closing(server));
      server = await listening({ ...options, port, isShared }, open);
    },
    async close() {
      closed.push(closing(server));
      await endAll(open, Promise.all(closed));
    },
  };
}

function listening(
  options: TcpListenerOptions,
  open: Map<TcpConnection, () => void>,
): Promise<Server> {
  const { host, port, isShared } = options;
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
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const detail = `listen on ${formatListener({ address: host, port })} over TCP`;
      reject(new SystemCallError({ call: "listen", errno: Math.abs(error.errno ?? 0), detail }));
    });
    // Only where it must be: it would let another server of the same user in as well.
    const reusePort = isShared && process.platform === "linux";
    server.listen({ port, host, reusePort }, () => resolve(server));
  });
}

function boundAddress(server: Server): AddressInfo {
  const bound = server.address();
  if (bound === null || typeof bound === "string")
    throw new TypeError("a TCP server has an address");
  return bound;
}

/** Takes no more connections. Resolves when the last of them has ended. */
function closing(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Lets every connection end with its last answer, and cuts what has not after a grace period. */
async function endAll(
  open: ReadonlyMap<TcpConnection, () => void>,
  closed: Promise<unknown>,
): Promise<void> {
  for (const connection of open.keys()) connection.finish();
  const cut = setTimeout(() => {
    for (const destroy of open.values()) destroy();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
