/** Connections of bytes: TCP, and SCTP through sockets that look alike. */
import { isIPv6, Socket } from "node:net";
import type { AttemptRequest, Failure, Outcome } from "../contract.ts";
import type { Connection, Opened } from "./connection.ts";
import { failure, plainAddress, readGreeting, timedOut } from "./greeting.ts";
import { connectSctp } from "./sctp.ts";

export function openTcp(request: AttemptRequest): Promise<Opened> {
  const { sourceAddress, sourcePort } = request;
  const socket = new Socket();
  socket.connect({
    host: request.address,
    port: request.port,
    family: isIPv6(request.address) ? 6 : 4,
    ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
    ...(sourcePort === undefined ? {} : { localPort: sourcePort }),
  });
  return greeted(socket, request.timeoutMs);
}

export async function openSctp(request: AttemptRequest): Promise<Opened> {
  try {
    const socket = new Socket({ fd: connectSctp(request), readable: true, writable: true });
    return await greeted(socket, request.timeoutMs);
  } catch (error) {
    return failure(error);
  }
}

function greeted(socket: Socket, timeoutMs: number): Promise<Opened> {
  return new Promise((resolve) => {
    let text = "";
    const done = (opened: Opened): void => {
      clearTimeout(timer);
      socket.off("data", read);
      if ("kind" in opened) socket.destroy();
      resolve(opened);
    };
    const timer = setTimeout(() => done(timedOut), timeoutMs);
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const outcome = readGreeting(text);
      if (outcome !== undefined) done({ connection: connectionOver(socket, outcome), outcome });
    };
    socket.on("data", read);
    socket.once("error", (error) => done(failure(error)));
    socket.once("close", () => done({ kind: "failure", reason: "closed" }));
  });
}

function connectionOver(socket: Socket, greetingSaid: Outcome): Connection {
  let broken: Failure | undefined;
  let serial = 0;
  socket.on("error", (error) => {
    broken = failure(error);
  });
  socket.on("close", () => {
    broken ??= { kind: "failure", reason: "closed" };
  });
  return {
    localAddress: plainAddress(socket.localAddress),
    localPort: socket.localPort ?? 0,
    exchange: (timeoutMs) =>
      new Promise((resolve) => {
        if (broken !== undefined) return resolve(broken);
        const word = `${++serial};`;
        let text = "";
        const done = (outcome: Outcome): void => {
          clearTimeout(timer);
          socket.off("data", read).off("close", closed);
          resolve(outcome);
        };
        const timer = setTimeout(() => done(timedOut), timeoutMs);
        const read = (chunk: Buffer): void => {
          text += chunk.toString();
          if (text.endsWith(word)) done(greetingSaid);
        };
        const closed = (): void => done(broken ?? { kind: "failure", reason: "closed" });
        socket.on("data", read).on("close", closed);
        socket.write(word);
      }),
    close: () => void socket.resetAndDestroy(),
  };
}
