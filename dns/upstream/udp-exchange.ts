import { createSocket, type SocketOptions } from "node:dgram";
import type { ExchangeLimits, UpstreamAddress } from "./contract.ts";
import { UpstreamError } from "./errors.ts";
import { mismatch } from "./reply-match.ts";

/** Addresses are never names here, so that there is nothing to look up. */
const socketOptions = {
  4: { type: "udp4", lookup: (host, _, found) => found(null, host, 4) },
  6: { type: "udp6", lookup: (host, _, found) => found(null, host, 6) },
} as const satisfies Record<4 | 6, SocketOptions>;

/**
 * Sends one query from a socket of its own, so that its source port is as unpredictable as its ID (RFC 5452 §9.2).
 * The socket is connected: the kernel drops datagrams from elsewhere, and tells when nobody listens there.
 *
 * @returns the first reply that belongs to the query; others are passed over until the time is up
 * @throws UpstreamError
 */
export function exchangeUdp(
  to: UpstreamAddress,
  query: Uint8Array,
  { timeoutMs, onIgnored }: ExchangeLimits,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(socketOptions[to.family]);
    let settled = false;
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      socket.close();
      return true;
    };
    const fail = (error: Error): void => {
      if (settle()) reject(UpstreamError.of("read", "udp", to, error));
    };
    const timer = setTimeout(() => {
      if (settle()) reject(UpstreamError.timeout("read", "udp", to));
    }, timeoutMs);
    socket.on("error", fail);
    socket.on("message", (reply) => {
      const reason = mismatch(query, reply);
      if (reason !== undefined) onIgnored(reason);
      else if (settle()) resolve(reply);
    });
    // The types know only the callback without error; Node hands one over when connecting fails.
    socket.connect(to.port, to.host, ((error?: Error) => {
      if (error !== undefined && error !== null) fail(error);
      else if (!settled) socket.send(query);
    }) as () => void);
  });
}
