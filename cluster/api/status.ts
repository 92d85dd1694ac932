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

/** Retry-After in its delta-seconds form, the one the API server sends (RFC 9110 §10.2.3). */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header.trim())) return undefined;
  return Number(header) * 1000;
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "(empty answer)" : line.slice(0, 200);
}
