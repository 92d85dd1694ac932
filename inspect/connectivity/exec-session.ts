/** One process in a pod that tries what it is told, over the API server's exec. */
import { PassThrough, Writable } from "node:stream";
import type { KubeConfig } from "@kubernetes/client-node";
import { FairleadError } from "#observe/errors.ts";
import type { Attempt, Outcome, SessionReply, SessionRequest } from "./prober/contract.ts";

export interface ProberSession {
  /** @throws FairleadError FL-I001 when the session has ended */
  attempt(attempt: Attempt): Promise<Outcome>;
  close(): void;
}

export interface SessionTarget {
  readonly namespace: string;
  readonly pod: string;
}

/** @throws FairleadError FL-I001 when the pod cannot be entered */
export async function openSession(
  config: KubeConfig,
  { namespace, pod }: SessionTarget,
): Promise<ProberSession> {
  const { Exec } = await import("@kubernetes/client-node");
  const waiting = new Map<number, PromiseWithResolvers<Outcome>>();
  let complaints = "";
  let endedBy: FairleadError | undefined;
  let nextId = 0;
  const end = (why: string): void => {
    endedBy ??= new FairleadError("FL-I001", `exec in ${namespace}/${pod}: ${why}`);
    for (const { reject } of waiting.values()) reject(endedBy);
    waiting.clear();
  };
  const lines = lineReader((line) => {
    // The other end is this program's own.
    const { id, outcome } = JSON.parse(line) as SessionReply;
    waiting.get(id)?.resolve(outcome);
    waiting.delete(id);
  });
  const stderr = new Writable({
    write(chunk, _, done) {
      complaints = `${complaints}${chunk}`.slice(-500);
      done();
    },
  });
  const stdin = new PassThrough();
  const command = ["fairlead", "test", "prober", "attempt"];
  const socket = await new Exec(config)
    .exec(namespace, pod, "prober", command, lines, stderr, stdin, false, ({ message }) =>
      end(complaints.trim() || message || "it has ended"),
    )
    .catch((error: unknown) => {
      throw new FairleadError("FL-I001", `exec in ${namespace}/${pod}: ${messageOf(error)}`);
    });
  socket.onclose = () => end(complaints.trim() || "the connection is closed");
  return {
    attempt(attempt) {
      if (endedBy !== undefined) return Promise.reject(endedBy);
      const request: SessionRequest = { id: nextId++, attempt };
      const pending = Promise.withResolvers<Outcome>();
      waiting.set(request.id, pending);
      stdin.write(`${JSON.stringify(request)}\n`);
      return pending.promise;
    },
    close() {
      stdin.end();
      socket.close();
    },
  };
}

function lineReader(onLine: (line: string) => void): Writable {
  let rest = "";
  return new Writable({
    write(chunk, _, done) {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop() ?? "";
      parts.forEach(onLine);
      done();
    },
  });
}

/** The library rejects with an event of the WebSocket where the server has refused it. */
function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? message : String(error);
}
