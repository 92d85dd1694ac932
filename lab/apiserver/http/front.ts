import type { Server } from "node:net";
import type { Exchange } from "./exchange.ts";
import type { Upgrade } from "./upgrade.ts";

/** What takes connections and makes exchanges of their requests: plain HTTP, or TLS with HTTP/2 and HTTP/1.1. */
export interface Front {
  readonly scheme: "http" | "https";
  readonly server: Server;
  /** Asks connections without work to go: called at close, and after each answer from then on. */
  dropIdle(): void;
  /** Ends every connection at once. */
  cutAll(): void;
}

/** What a front does with what comes to it. */
export interface Serve {
  request(exchange: Exchange): void;
  upgrade(upgrade: Upgrade): void;
}

/** A kept HTTP/1.1 connection outlives the pauses of a client that polls. */
export const keepAliveTimeoutMs = 180_000;
