/** Attempts as they are asked for on one stream, each answered on another: one process in a pod for a whole test. */
import { createInterface } from "node:readline";
import type { Attempt, Outcome, SessionReply, SessionRequest } from "./contract.ts";
import { tryDns } from "./dns.ts";
import { tryHttp } from "./http.ts";
import { tryTcp } from "./tcp.ts";
import { tryUdp } from "./udp.ts";

/** Ends with the input. Attempts run beside one another. */
export async function runSession(
  input: NodeJS.ReadableStream,
  write: (line: string) => unknown,
): Promise<void> {
  for await (const line of createInterface({ input })) {
    // The other end is this program's own.
    const { id, attempt } = JSON.parse(line) as SessionRequest;
    void carryOut(attempt).then((outcome) => {
      const reply: SessionReply = { id, outcome };
      write(`${JSON.stringify(reply)}\n`);
    });
  }
}

/** Never rejects. */
async function carryOut(attempt: Attempt): Promise<Outcome> {
  const startMs = performance.now();
  const tookMs = (): number => Math.round((performance.now() - startMs) * 10) / 10;
  try {
    const outcome = await started(attempt);
    return { ...outcome, tookMs: tookMs() };
  } catch (error) {
    return { kind: "failure", reason: reasonOf(error, attempt), tookMs: tookMs() };
  }
}

function started(attempt: Attempt) {
  switch (attempt.kind) {
    case "http":
      return tryHttp(attempt);
    case "tcp":
      return tryTcp(attempt);
    case "udp":
      return tryUdp(attempt);
    case "dns":
      return tryDns(attempt);
  }
}

function reasonOf(error: unknown, { timeoutMs }: Attempt): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return `no answer in ${timeoutMs / 1000} s`;
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
