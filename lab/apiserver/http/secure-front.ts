import type { IncomingMessage } from "node:http";
import { createSecureServer, type ServerHttp2Session } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { KeyPair, UserInfo } from "../security/contract.ts";
import { certificateUser } from "./certificate-user.ts";
import { type Front, keepAliveTimeoutMs, type Serve } from "./front.ts";
import { NodeExchange } from "./node-exchange.ts";
import { Upgrade } from "./upgrade.ts";

export interface SecureFrontOptions {
  readonly serving: KeyPair;
  /** Signs the client certificates that are believed; PEM. */
  readonly caCertificate: string;
}

/** Large enough that a body crosses a slow link without waiting for windows to open (the default is 64 kB). */
const streamWindowBytes = 4 * 1024 * 1024;
const sessionWindowBytes = 16 * 1024 * 1024;
/** Watches are streams of one session, each with text that waits for a slow reader. */
const sessionMemoryMegabytes = 256;
const maxConcurrentStreams = 1000;

/** TLS with HTTP/2 and HTTP/1.1, whichever ALPN settles on. Client certificates are welcome, not required. */
export function createSecureFront(options: SecureFrontOptions, serve: Serve): Front {
  const sockets = new Set<TLSSocket>();
  const idle = new Set<TLSSocket>();
  const users = new WeakMap<object, UserInfo>();
  const server = createSecureServer({
    allowHTTP1: true,
    cert: options.serving.certificate,
    key: options.serving.key,
    ca: options.caCertificate,
    requestCert: true,
    // A stranger's certificate proves nothing: its requests are refused with a Status, as those without any.
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams },
    maxSessionMemory: sessionMemoryMegabytes,
    http1Options: { keepAliveTimeout: keepAliveTimeoutMs },
  });
  server.on("secureConnection", (socket) => {
    // Head and body of an answer are two writes; the second would wait 40 ms for the first to be acknowledged.
    socket.setNoDelay(true);
    sockets.add(socket);
    if (socket.alpnProtocol !== "h2") idle.add(socket);
    socket.once("close", () => sockets.delete(socket) && idle.delete(socket));
    remember(users, socket, socket);
  });
  server.on("session", (session: ServerHttp2Session) => {
    session.setLocalWindowSize(sessionWindowBytes);
    remember(users, session, session.socket as TLSSocket);
  });
  server.on("request", (request, response) => {
    const { stream } = request;
    if (stream !== undefined) {
      const user = stream.session === undefined ? undefined : users.get(stream.session);
      return serve.request(new NodeExchange(request, response, user));
    }
    const socket = request.socket as TLSSocket;
    idle.delete(socket);
    response.once("close", () => sockets.has(socket) && idle.add(socket));
    serve.request(new NodeExchange(request, response, users.get(socket)));
  });
  server.on("upgrade", (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    idle.delete(socket);
    serve.upgrade(new Upgrade(request, socket, head, users.get(socket)));
  });
  return {
    scheme: "https",
    server,
    // HTTP/2 sessions say goodbye by themselves when the server closes.
    dropIdle: () => {
      for (const socket of idle) socket.destroySoon();
    },
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Reads the certificate once a connection, not once a request. */
function remember(users: WeakMap<object, UserInfo>, connection: object, socket: TLSSocket): void {
  const user = certificateUser(socket);
  if (user !== undefined) users.set(connection, user);
}
