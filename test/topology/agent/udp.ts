import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { AttemptRequest, Outcome } from "../contract.ts";
import type { Opened } from "./connection.ts";
import { failure, readGreeting, timedOut } from "./greeting.ts";

/** A socket with a peer: it hears of ICMP errors, and takes answers from nobody else. */
export async function openUdp(request: AttemptRequest): Promise<Opened> {
  const socket = createSocket(isIPv6(request.address) ? "udp6" : "udp4");
  try {
    socket.bind(request.sourcePort ?? 0, request.sourceAddress);
    await once(socket, "listening");
    socket.connect(request.port, request.address);
    await once(socket, "connect");
  } catch (error) {
    socket.close();
    return failure(error);
  }
  const outcome = await exchange(socket, request.timeoutMs);
  if (outcome.kind === "failure") {
    socket.close();
    return outcome;
  }
  const { address, port } = socket.address();
  return {
    outcome,
    connection: {
      localAddress: address,
      localPort: port,
      exchange: (timeoutMs) => exchange(socket, timeoutMs),
      close: () => socket.close(),
    },
  };
}

let serial = 0;

function exchange(socket: Socket, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const word = `${++serial};`;
    const done = (outcome: Outcome): void => {
      clearTimeout(timer);
      socket.off("message", read).off("error", failed);
      // An ICMP error that comes late must not end the agent.
      socket.on("error", () => {});
      resolve(outcome);
    };
    const timer = setTimeout(() => done(timedOut), timeoutMs);
    const read = (message: Buffer): void => {
      const text = message.toString();
      const said = readGreeting(text);
      // An answer to an earlier word came after its time.
      if (said !== undefined && text.endsWith(`\n${word}`)) done(said);
    };
    const failed = (error: Error): void => done(failure(error));
    socket.removeAllListeners("error");
    socket.on("message", read).on("error", failed);
    socket.send(word, (error) => {
      if (error !== null) done(failure(error));
    });
  });
}
