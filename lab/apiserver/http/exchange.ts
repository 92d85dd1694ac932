import type { UserInfo } from "../security/contract.ts";

/** One request and its answer, free of the HTTP version that carries them. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
  /** The user of a client certificate that the cluster's authority has signed. */
  readonly certificateUser: UserInfo | undefined;
  header(name: string): string | undefined;
  /** The whole body. @throws StatusError 413 when it is longer. */
  readBody(maxBytes: number): Promise<Buffer>;
  /** Compresses the body, if the client takes that. Called before begin(). */
  compress(): void;
  /** Adds a warning for the client's user (RFC 7234 section 5.5) to the headers, which begin() sends. */
  warn(message: string): void;
  /** Sends status and headers at once. */
  begin(httpCode: number, contentType: string): void;
  /** Whether status and headers are on their way. */
  readonly begun: boolean;
  /** Sends a piece of the body; false asks to wait for drained() before the next. */
  write(piece: string | Uint8Array): boolean;
  /** Resolves when the client has taken what was written, or has gone. */
  drained(): Promise<void>;
  end(text?: string): void;
  /** Breaks off an answer that cannot be completed, so that the client does not take it for whole. */
  cut(): void;
}
