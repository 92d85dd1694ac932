import type { Query, Verdict } from "../contract.ts";
import type { Message } from "../wire/contract.ts";
import { replyTo } from "../wire/reply.ts";

/** The response that a verdict leads to: the one that was made, or the bare rcode that the server writes. */
export function responseOf(query: Query, verdict: Verdict): Message {
  if (verdict.kind === "replied") return verdict.response;
  return replyTo(query.message, { rcode: verdict.rcode });
}

/** The bytes that the verdict's response came in, when nobody has changed it since. */
export function wireOf(verdict: Verdict): Uint8Array | undefined {
  if (verdict.kind !== "replied" || verdict.wire?.of !== verdict.response) return undefined;
  return verdict.wire.bytes;
}
