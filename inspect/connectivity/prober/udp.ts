import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import type { Outcome, UdpAttempt } from "./contract.ts";
import { readReply } from "./reply.ts";

type Result = Pick<Extract<Outcome, { kind: "answer" }>, "kind" | "server" | "bytes">;

/** One datagram from a socket of its own. @throws Error with the errno's name as code, AbortError at the time-out */
export async function tryUdp({ host, port, bytes, timeoutMs }: UdpAttempt): Promise<Result> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  try {
    // Connected, so that a refusal comes back as an error.
    socket.connect(port, address);
    await once(socket, "connect", { signal });
    socket.send(Buffer.alloc(bytes, " "));
    const [message] = (await once(socket, "message", { signal })) as [Buffer];
    const server = readReply(message.toString("utf8").trimEnd());
    if (server === undefined)
      throw new Error(`something else answers: ${message.toString("utf8", 0, 60)}`);
    return { kind: "answer", server, bytes: message.length };
  } finally {
    socket.close();
  }
}
