import { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import { tcpSocketIn } from "#linux/namespace/tcp-socket.ts";
import { bytesOf } from "./channels.ts";
import { SpdySession, type SpdyStream } from "./spdy/session.ts";

/** kubectl's ports go through SPDY, which goes through a WebSocket. */
export const portForwardProtocol = "SPDY/3.1+portforward.k8s.io";

/**
 * Ports of a pod: each connection is a pair of streams of the same requestID, one for data and one for what went wrong.
 * @param netns of the pod; undefined on the node's network
 */
export function portForward(socket: WebSocket, pod: string, netns: string | undefined): void {
  const errors = new Map<string, SpdyStream>();
  const session = new SpdySession(
    (bytes) => socket.send(bytes, () => {}),
    (stream) => {
      const id = stream.headers.get("requestid") ?? "";
      if (stream.headers.get("streamtype") === "error") errors.set(id, stream);
      else {
        forward(stream, errors.get(id), pod, netns);
        errors.delete(id);
      }
    },
  );
  socket.on("message", (data: RawData) => {
    session.receive(bytesOf(data)).catch(() => socket.terminate());
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => session.close());
}

function forward(
  stream: SpdyStream,
  error: SpdyStream | undefined,
  pod: string,
  netns: string | undefined,
): void {
  const port = Number(stream.headers.get("port"));
  const connection = netns === undefined ? new Socket() : tcpSocketIn(netns, 4);
  // One side may end long before the other.
  connection.allowHalfOpen = true;
  stream.data = (chunk) => connection.write(chunk);
  stream.ended = () => connection.end();
  stream.gone = () => connection.destroy();
  connection.on("data", (chunk: Buffer) => stream.write(chunk));
  connection.once("end", () => stream.end());
  connection.once("error", (fault) => {
    error?.write(
      Buffer.from(`an error occurred forwarding ${port} -> ${port}: pod ${pod}: ${fault.message}`),
    );
    stream.reset();
  });
  connection.once("close", () => error?.end());
  connection.connect({ host: "127.0.0.1", port });
}
