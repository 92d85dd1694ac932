import type { RequestOptions, TransportResponse } from "./transport.ts";

/** One connection, or one pool of them, that carries requests. */
export interface Carrier {
  /** False once new requests need another one. */
  readonly isUsable: boolean;
  /** Rejects with StaleConnectionError when the request came too late on a connection that was ending. */
  request(path: string, options: RequestOptions): Promise<TransportResponse>;
  /** Takes no more requests; ends when those that run have. */
  retire(): void;
  close(): void;
}

/**
 * A connection that had been used before was gone when a request was sent on it: the server has not answered it and
 * most likely not seen it, so that asking again on a fresh connection is right (RFC 9110 §9.2.2: GET is idempotent).
 */
export class StaleConnectionError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Sends, and once more when the connection turns out to be stale. */
export async function onFreshConnection<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof StaleConnectionError)) throw error;
    return send();
  }
}
