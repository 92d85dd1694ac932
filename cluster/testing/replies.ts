import { once } from "node:events";
import type { TransportResponse } from "../api/transport.ts";
import type { FakeClock } from "./fake-clock.ts";

/** What a scripted API server answers to one request. */
export interface Reply {
  readonly answer: (clock: FakeClock, signal: AbortSignal) => TransportResponse;
  /** Meant for a question where the server is, and for nothing else. */
  readonly tellsPosition?: true;
}

/** Part of a watch: bytes in one chunk, or something that happens meanwhile. */
export type WatchStep =
  | string
  | { readonly lastsMs: number }
  | { readonly breaks: string }
  | { readonly hangs: true };

/** "web" or "web=10.0.0.9" as Service JSON. */
export function serviceJson(text: string, resourceVersion: string): object {
  const [name, clusterIP = "10.0.0.1"] = text.split("=");
  return { metadata: { namespace: "shop", name, resourceVersion }, spec: { clusterIP } };
}

/** One page of a list. */
export function page(resourceVersion: string, services: readonly string[], next = ""): Reply {
  const metadata = { resourceVersion, ...(next === "" ? {} : { continue: next }) };
  const items = services.map((it) => serviceJson(it, resourceVersion));
  return body(JSON.stringify({ kind: "ServiceList", metadata, items }));
}

/** Where the server is: its version, and how many objects it has. */
export function position(resourceVersion: string, count?: number): Reply {
  const more = count === undefined ? {} : { remainingItemCount: count - 1 };
  const metadata = { resourceVersion, continue: "more", ...more };
  return { ...body(JSON.stringify({ metadata, items: [{}] })), tellsPosition: true };
}

/** A position that cannot be compared with any other. */
export const uncounted = position("opaque");

/** A 200 answer with that body. */
export function body(...chunks: readonly string[]): Reply {
  return { answer: () => response(200, {}, textChunks(chunks)) };
}

export function watch(...steps: readonly WatchStep[]): Reply {
  return { answer: (clock, signal) => response(200, {}, watchChunks(steps, clock, signal)) };
}

/** A refusal with a Status object. */
export function status(code: number, reason: string, more: StatusDetails = {}): Reply {
  const { causes = [], headers = {} } = more;
  const details = { causes: causes.map((cause) => ({ reason: cause })) };
  const text = JSON.stringify({
    kind: "Status",
    code,
    reason,
    message: `it is ${reason}`,
    details,
  });
  return { answer: () => response(code, headers, textChunks([text])) };
}

interface StatusDetails {
  readonly causes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** No answer at all. */
export function unreachable(message: string): Reply {
  return {
    answer: () => {
      throw new Error(message);
    },
  };
}

/** Lines of a watch: "+web", "~web=10.0.0.9" and "-web" with the version that the event carries. */
export function event(text: string, resourceVersion: string): string {
  const types: Readonly<Record<string, string>> = { "+": "ADDED", "~": "MODIFIED", "-": "DELETED" };
  const object = serviceJson(text.slice(1), resourceVersion);
  return `${JSON.stringify({ type: types[text.charAt(0)], object })}\n`;
}

export function bookmark(resourceVersion: string, endsInitialEvents = false): string {
  const annotations = endsInitialEvents ? { "k8s.io/initial-events-end": "true" } : {};
  const object = { kind: "Service", metadata: { resourceVersion, annotations } };
  return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
}

export function errorEvent(code: number, reason: string): string {
  return `${JSON.stringify({ type: "ERROR", object: { kind: "Status", code, reason } })}\n`;
}

function response(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  chunks: AsyncIterable<Buffer>,
): TransportResponse {
  return { status: statusCode, headers, body: chunks };
}

async function* textChunks(chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function* watchChunks(
  steps: readonly WatchStep[],
  clock: FakeClock,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (const step of steps) {
    if (typeof step === "string") yield Buffer.from(step);
    else if ("lastsMs" in step) clock.advance(step.lastsMs);
    else if ("hangs" in step) await once(signal, "abort");
    else throw new Error(step.breaks);
  }
}
