/** DNS over TCP (RFC 7766): pipelined queries, answers in any order, the fast path in place. */
import { createServer, type Server, type Socket } from "node:net";
import { SystemCallError } from "#linux/errors.ts";
import type { ClientAddress } from "../contract.ts";
import type { Listener } from "./contract.ts";
import { TcpAnswers, type TcpFastPath } from "./tcp-answers.ts";
import { FrameReader } from "./tcp-frames.ts";

const IDLE_TIMEOUT_MS = 10_000;
const CLOSE_GRACE_MS = 5000;
/** Connections of one listener; the kernel's backlog holds back the rest. */
const MAX_CONNECTIONS = 10_000;

export interface TcpListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly fastPath: TcpFastPath;
  /** The slow path; undefined when no reply is due. */
  readonly answer: (query: Uint8Array, client: ClientAddress) => Promise<Uint8Array | undefined>;
}

export async function listenTcp(options: TcpListenerOptions): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    serveConnection(socket, options);
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
      const detail = `listen on ${host === "" ? "*" : host}:${port} over TCP`;
      reject(new SystemCallError({ call: "listen", errno: Math.abs(error.errno ?? 0), detail }));
    });
    server.listen({ port, ...(host === "" ? {} : { host }) }, resolve);
  });
}

/** Ends idle connections at once and cuts the rest after a grace period. */
async function closeAll(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of open) socket.end();
  const cut = setTimeout(() => {
    for (const socket of open) socket.destroy();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}

function serveConnection(socket: Socket, { fastPath, answer }: TcpListenerOptions): void {
  const { remoteAddress = "", remotePort = 0, remoteFamily } = socket;
  const mapped = remoteAddress.startsWith("::ffff:");
  const client: ClientAddress = {
    family: remoteFamily === "IPv6" && !mapped ? 6 : 4,
    address: mapped ? remoteAddress.slice(7) : remoteAddress,
    port: remotePort,
  };
  const answers = new TcpAnswers(socket, fastPath, (query) => answer(query, client));
  const frames = new FrameReader((buffer, offset, length) => answers.take(buffer, offset, length));
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.end());
  // Resets and broken pipes are the client's business; "close" follows.
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    fastPath.counter.family = client.family;
    fastPath.counter.startBatch();
    frames.push(chunk);
    answers.flush();
    fastPath.counter.endBatch();
  });
}
