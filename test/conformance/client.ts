import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";

export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Sends one datagram and resolves to the answer, or undefined when none came within `timeoutMs`. */
export async function exchangeUdp(
  to: Destination,
  query: Uint8Array,
  timeoutMs = 10_000,
): Promise<Uint8Array | undefined> {
  const socket = createSocket(to.host.includes(":") ? "udp6" : "udp4");
  try {
    socket.connect(to.port, to.host);
    await once(socket, "connect");
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = once(socket, "message", { signal }).catch(() => undefined);
    socket.send(query);
    return (await answer)?.[0] as Uint8Array | undefined; // the event's documented first argument
  } finally {
    socket.close();
  }
}

/** Sends one framed query over a connection of its own (RFC 1035 §4.2.2); undefined when it was closed unanswered. */
export async function exchangeTcp(
  to: Destination,
  query: Uint8Array,
  timeoutMs = 10_000,
): Promise<Uint8Array | undefined> {
  const socket = connect(to.port, to.host);
  // Ended rather than destroyed: reading then finishes without an error.
  const timer = setTimeout(() => socket.push(null), timeoutMs);
  try {
    const frame = Buffer.alloc(2 + query.length);
    frame.writeUInt16BE(query.length);
    frame.set(query, 2);
    socket.write(frame);
    let received = Buffer.alloc(0);
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) continue;
      const end = 2 + received.readUInt16BE();
      if (received.length >= end) return received.subarray(2, end);
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
