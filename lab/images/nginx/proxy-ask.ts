import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Peer, ProxyTarget } from "./contract.ts";
import type { Exchange } from "./exchange.ts";
import { passedHeaders } from "./proxy-headers.ts";
import { firstOf, timeMs } from "./scope.ts";

/** How one peer took a request. */
export type Outcome =
  | { readonly kind: "response"; readonly response: IncomingMessage }
  | { readonly kind: "error" | "timeout"; readonly words: string; readonly isUnsent: boolean };

/** Sends a request to one peer, and waits for the head of its response. */
export async function ask(
  exchange: Exchange,
  target: ProxyTarget,
  peer: Peer,
  path: string,
): Promise<Outcome> {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const connectMs = timeMs(firstOf(scope, "proxy_connect_timeout") ?? "60s") ?? 60_000;
  const readMs = timeMs(firstOf(scope, "proxy_read_timeout") ?? "60s") ?? 60_000;
  const send = target.scheme === "https" ? (await import("node:https")).request : httpRequest;
  return await new Promise((resolve) => {
    let isConnected = false;
    const asked = send({
      host: peer.address,
      port: peer.port,
      method: exchange.request.method,
      path,
      headers: passedHeaders(exchange, target),
      setHost: false,
      agent: false,
      ...(target.scheme === "https" ? { rejectUnauthorized: false } : {}),
    });
    const fail = (kind: "error" | "timeout", words: string): void => {
      resolve({ kind, words, isUnsent: !isConnected });
      asked.destroy();
    };
    const timer = setTimeout(
      () =>
        fail(
          "timeout",
          "upstream timed out (110: Connection timed out) while connecting to upstream",
        ),
      connectMs,
    );
    asked.on("socket", (socket) =>
      socket.once("connect", () => {
        isConnected = true;
        clearTimeout(timer);
        socket.setTimeout(readMs, () => {
          fail(
            "timeout",
            "upstream timed out (110: Connection timed out) while reading response header from upstream",
          );
          asked.destroy();
        });
      }),
    );
    asked.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail("error", wordsOf(error, isConnected));
    });
    asked.on("response", (response) => resolve({ kind: "response", response }));
    asked.end(exchange.body);
  });
}

const errnos: Readonly<Record<string, string>> = {
  ECONNREFUSED: "111: Connection refused",
  ECONNRESET: "104: Connection reset by peer",
  EHOSTUNREACH: "113: No route to host",
  ENETUNREACH: "101: Network is unreachable",
  ETIMEDOUT: "110: Connection timed out",
};

function wordsOf(error: NodeJS.ErrnoException, isConnected: boolean): string {
  const reason = errnos[error.code ?? ""] ?? error.message;
  return isConnected
    ? `upstream prematurely closed connection (${reason}) while reading response header from upstream`
    : `connect() failed (${reason}) while connecting to upstream`;
}
