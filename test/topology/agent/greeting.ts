/** What servers say and clients read: one line of JSON, before anything is echoed. */
import type { Answer, Failure } from "../contract.ts";

export function greeting(answer: Omit<Answer, "kind">): string {
  return `${JSON.stringify({ kind: "answer", ...answer })}\n`;
}

/** The first line of a text, once it is there. */
export function readGreeting(text: string): Answer | undefined {
  const end = text.indexOf("\n");
  return end < 0 ? undefined : JSON.parse(text.slice(0, end));
}

/** An IPv4 client of an IPv6 socket is an IPv4 client. */
export function plainAddress(address = ""): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

const names: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ETIMEDOUT: "timeout",
};

export function failure(error: unknown): Failure {
  // Node's system errors have a code; anything else is told in its own words.
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return { kind: "failure", reason: names[code] ?? code };
}

export const timedOut: Failure = { kind: "failure", reason: "timeout" };
