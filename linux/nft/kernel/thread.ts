/** The thread that talks to nf_tables: a long commit holds it up, and nothing else. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { answerTo, connectNftables } from "./answer.ts";
import type { ThreadAnswer, ThreadData, ThreadMessage, ThreadRequest } from "./protocol.ts";

function serve(port: MessagePort, { namespacePath }: ThreadData): void {
  const connection = connectNftables(namespacePath);
  port.on("message", (request: ThreadRequest) => {
    const answer = answerTo(connection, request);
    port.postMessage(answer, memoryOf(answer));
  });
  port.postMessage({ kind: "ready" } satisfies ThreadMessage);
}

/** What moves to the other thread instead of being copied. */
function memoryOf(answer: ThreadAnswer): ArrayBuffer[] {
  if (answer.kind === "batch") return [answer.bytes.buffer];
  return answer.kind === "dump" ? answer.bodies.map(({ buffer }) => buffer) : [];
}

// A worker's data are what its owner handed over.
if (parentPort !== null) serve(parentPort, workerData as ThreadData);
