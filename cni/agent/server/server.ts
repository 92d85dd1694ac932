import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { FairleadError } from "#observe/errors.ts";
import type { Caller } from "./caller.ts";
import type { CallsAtOnce } from "./calls-at-once.ts";
import { decodeCall, encodeAnswer, leastLength } from "./frames.ts";

export interface CniServer {
  /** Answers what is under way, and takes no more. */
  close(): Promise<void>;
}

/** No runtime's configuration comes near it. */
const LONGEST_CALL_BYTES = 16 * 1024 * 1024;
const SHORTEST_CALL_BYTES = leastLength(Buffer.alloc(0));

/**
 * Serves the shim on a unix socket that root alone may use. One that a killed agent left is replaced.
 * @throws FairleadError FL-N111 when the path cannot be had
 */
export async function serveCni(
  path: string,
  caller: Pick<Caller, "call">,
  calls: Pick<CallsAtOnce, "begin">,
): Promise<CniServer> {
  const server = createServer((socket) => serve(socket, caller, calls.begin()));
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    await listening(server, path);
    chmodSync(path, 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FairleadError("FL-N111", `cannot serve the CNI plugin on ${path}: ${why}`);
  }
  return {
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

function serve(socket: Socket, caller: Pick<Caller, "call">, end: () => void): void {
  let chunks: Buffer[] = [];
  let lengthBytes = 0;
  let wantedBytes = SHORTEST_CALL_BYTES;
  const answer = (bytes: Buffer): void => {
    answerTo(bytes, caller)
      // Written is sent: neither end has to be waited for. Destroyed within the callback it would make an error.
      .then((answered) => {
        end();
        socket.write(answered, () => setImmediate(() => socket.destroy()));
      })
      // The shim takes no answer for an agent that is not there.
      .catch(() => socket.destroy());
  };
  // A runtime may kill the shim at any time.
  socket.on("error", () => socket.destroy());
  socket.on("close", end);
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    if (lengthBytes < wantedBytes) return;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    chunks = [bytes];
    wantedBytes = leastLength(bytes);
    if (lengthBytes === wantedBytes) answer(bytes);
    else if (lengthBytes > wantedBytes || wantedBytes > LONGEST_CALL_BYTES) socket.destroy();
  });
}

async function answerTo(bytes: Buffer, caller: Pick<Caller, "call">): Promise<Buffer> {
  return encodeAnswer(await caller.call(decodeCall(bytes)));
}
