import { createSocket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";

const QR = 0x80;

/** A server to forward to that keeps its answers back until they are let go. */
export interface HeldUpstream {
  readonly port: number;
  /** Queries that wait for their answer. */
  waiting(): number;
  release(): void;
}

/** Its answer is the query itself as a response: NOERROR without data. */
export async function heldUpstream(): Promise<HeldUpstream> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  onTestFinished(() => void socket.close());
  await once(socket, "listening");
  const held: (() => void)[] = [];
  socket.on("message", (query, { port, address }) => {
    const answer = Buffer.from(query);
    answer[2] = (answer[2] ?? 0) | QR;
    held.push(() => socket.send(answer, port, address));
  });
  return {
    port: socket.address().port,
    waiting: () => held.length,
    release: () => {
      for (const answer of held.splice(0)) answer();
    },
  };
}
