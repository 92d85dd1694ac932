import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { FairleadError } from "#observe/errors.ts";
import type { PinnedChild } from "../child.ts";
import type { LoadQuery } from "../contract.ts";
import { encodeQuery } from "../data/wire.ts";

/** The parts of an answer that the benchmark looks at. */
export interface Answer {
  readonly rcode: number;
  readonly answerCount: number;
}

/** Asks once over UDP on 127.0.0.1; undefined when nothing came back in time. */
export async function ask(
  port: number,
  query: LoadQuery,
  timeoutMs: number,
): Promise<Answer | undefined> {
  const socket = createSocket("udp4");
  const message = encodeQuery(query);
  message.writeUInt16BE(1, 0);
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      const settle = (answer: Answer | undefined): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      // A closed port shows as an error on a connected socket: no need to wait for the time-out.
      socket.on("error", () => settle(undefined));
      socket.on("message", (bytes) =>
        settle({ rcode: bytes.readUInt8(3) & 15, answerCount: bytes.readUInt16BE(6) }),
      );
      socket.connect(port, "127.0.0.1", () => socket.send(message));
    });
  } finally {
    socket.close();
  }
}

/**
 * Waits until the server answers the query with a record.
 * @throws FairleadError FL-B001 when the server ends first, FL-B002 when it does not answer in time.
 */
export async function waitForAnswer(
  server: { readonly name: string; readonly port: number; readonly child: PinnedChild },
  query: LoadQuery,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let gone = false;
  void server.child.ended.then(() => {
    gone = true;
  });
  while (performance.now() < deadline) {
    if (gone) {
      const output = server.child.output().trim().slice(-600);
      throw new FairleadError("FL-B001", `${server.name} ended while starting: ${output}`);
    }
    const answer = await ask(server.port, query, 250);
    if (answer?.rcode === 0 && answer.answerCount > 0) return;
    await sleep(20);
  }
  throw new FairleadError(
    "FL-B002",
    `${server.name} did not answer ${query.name} ${query.type} on 127.0.0.1:${server.port} within ${timeoutMs} ms`,
  );
}
