import type { Outcome } from "../contract.ts";

/** A connection, or what a UDP socket with a peer has of one. */
export interface Connection {
  readonly localAddress: string;
  readonly localPort: number;
  /** Sends a word and waits for it to come back. */
  exchange(timeoutMs: number): Promise<Outcome>;
  /** TCP ends with RST: it leaves nothing in TIME_WAIT that a later attempt from the same port would meet. */
  close(): void;
}

export type Opened = { readonly connection: Connection; readonly outcome: Outcome } | Outcome;
