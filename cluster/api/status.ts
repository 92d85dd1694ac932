import type { ApiStatus } from "./errors.ts";

interface StatusJson {
  readonly kind?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly causes?: unknown } | null;
}

/** A Status object as parsed JSON; what is missing in it falls back to the HTTP code. */
export function readStatus(value: unknown, httpCode: number, text = ""): ApiStatus {
  const status = (typeof value === "object" ? value : undefined) as StatusJson | null | undefined;
  if (status?.kind !== "Status") {
    return { code: httpCode, reason: "Unknown", message: excerpt(text), causes: [] };
  }
  const causes = Array.isArray(status.details?.causes) ? status.details.causes : [];
  return {
    code: typeof status.code === "number" ? status.code : httpCode,
    reason: typeof status.reason === "string" ? status.reason : "Unknown",
    message: typeof status.message === "string" ? status.message : "",
    causes: causes.map((cause: { reason?: unknown } | null) => String(cause?.reason ?? "")),
  };
}

/** The resource version asked for is no longer (410) kept: list anew. */
export function isExpired(status: ApiStatus): boolean {
  return status.code === 410 || status.reason === "Expired" || status.reason === "Gone";
}

/** The server has not reached the resource version asked for, as after it was restored from a backup. */
export function isTooLargeResourceVersion(status: ApiStatus): boolean {
  return (
    status.causes.includes("ResourceVersionTooLarge") ||
    (status.reason === "Timeout" && status.message.includes("Too large resource version"))
  );
}

/** A server that asks for more than this has its clock or its units wrong. */
const LONGEST_RETRY_AFTER_MS = 600_000;

/** Retry-After as seconds or as a date (RFC 9110 §10.2.3), in milliseconds from now and at most ten minutes. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  const delayMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (Number.isNaN(delayMs)) return undefined;
  return Math.min(Math.max(delayMs, 0), LONGEST_RETRY_AFTER_MS);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "(empty answer)" : line.slice(0, 200);
}
