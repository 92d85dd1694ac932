import { request } from "node:http";
import type { HttpAttempt, Outcome } from "./contract.ts";
import { readReply } from "./reply.ts";

type Result = Pick<Extract<Outcome, { kind: "answer" }>, "kind" | "server" | "bytes">;

/** A connection of its own; sends a body and counts what comes back. @throws Error with the errno's name as code */
export function tryHttp({ host, port, bodyBytes, timeoutMs }: HttpAttempt): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const asked = request(
    { host, port, method: "POST", agent: false, signal: AbortSignal.timeout(timeoutMs) },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        const end = body.indexOf("\n");
        const server = readReply(body.toString("utf8", 0, Math.max(end, 0)));
        if (server === undefined)
          reject(new Error(`something else answers: ${body.toString("utf8", 0, 60)}`));
        else resolve({ kind: "answer", server, bytes: body.length - end - 1 });
      });
    },
  );
  asked.on("error", reject);
  asked.end(Buffer.alloc(bodyBytes, "x"));
  return promise;
}
