import http from "node:http";
import http2, { type Http2ServerRequest } from "node:http2";
import https from "node:https";
import type net from "node:net";
import type { Socket } from "node:net";
import { testCertificate, testKey } from "./tls.ts";

const firstPort = 22_000;
const lastPort = 22_999;

/** What a test server speaks: nothing but HTTP/1.1, plain or over TLS, or HTTP/2 over TLS for those who offer it. */
export type Protocol = "http" | "https" | "h2";

export interface TestServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** A server on loopback. Over TLS it asks for client certificates without insisting on them. */
export async function startServer(
  listener: http.RequestListener,
  protocol: Protocol = "http",
): Promise<TestServer> {
  const server = serverFor(protocol, listener);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const port = await listen(server);
  return {
    origin: `${protocol === "http" ? "http" : "https"}://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The HTTP/2 session that carries the request, where there is one. */
export function sessionOf(request: http.IncomingMessage): http2.Http2Session | undefined {
  return (request as unknown as Partial<Http2ServerRequest>).stream?.session;
}

function serverFor(protocol: Protocol, listener: http.RequestListener): net.Server {
  const tls = { cert: testCertificate, key: testKey, ca: testCertificate };
  const secure = { ...tls, requestCert: true, rejectUnauthorized: false };
  if (protocol === "http") return http.createServer(listener);
  if (protocol === "https") return https.createServer(secure, listener);
  const server = http2.createSecureServer({ ...secure, allowHTTP1: true });
  // Requests and responses of HTTP/2 look like those of HTTP/1.1 as far as these tests use them.
  server.on("request", listener as unknown as Parameters<typeof server.on>[1]);
  return server;
}

/** Listens at the first free port from a random one on. */
export async function listen(server: net.Server): Promise<number> {
  const count = lastPort - firstPort + 1;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step++) {
    const port = firstPort + ((start + step) % count);
    if (await tryListen(server, port)) return port;
  }
  throw new Error(`no free port from ${firstPort} to ${lastPort}`);
}

function tryListen(server: net.Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const refuse = () => resolve(false);
    server.once("error", refuse);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", refuse);
      resolve(true);
    });
  });
}
