import http from "node:http";
import https from "node:https";
import { testCertificate, testKey } from "./tls.ts";

const firstPort = 22_000;
const lastPort = 22_999;

export interface TestServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** A server on loopback. Over TLS it asks for client certificates without insisting on them. */
export async function startServer(
  listener: http.RequestListener,
  { secure = false } = {},
): Promise<TestServer> {
  const tls = { cert: testCertificate, key: testKey, ca: testCertificate };
  const server = secure
    ? https.createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, listener)
    : http.createServer(listener);
  const port = await listen(server);
  const origin = `${secure ? "https" : "http"}://127.0.0.1:${port}`;
  return { origin, close: () => stop(server) };
}

async function stop(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** The first free port from a random one on. */
async function listen(server: http.Server): Promise<number> {
  const count = lastPort - firstPort + 1;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step++) {
    const port = firstPort + ((start + step) % count);
    if (await tryListen(server, port)) return port;
  }
  throw new Error(`no free port from ${firstPort} to ${lastPort}`);
}

function tryListen(server: http.Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const refuse = () => resolve(false);
    server.once("error", refuse);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", refuse);
      resolve(true);
    });
  });
}
