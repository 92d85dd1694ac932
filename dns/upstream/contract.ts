/** Asking another DNS server. Messages are bytes here: what an upstream says is handed on as it came. */
import type { Transport } from "../contract.ts";

export interface UpstreamAddress {
  readonly family: 4 | 6;
  /** IPv6 without brackets; a link-local one with its zone, "fe80::1%eth0". */
  readonly host: string;
  readonly port: number;
}

/**
 * Why a datagram or frame was no answer to the query. Such replies are passed over, for anybody can send them:
 * - malformed: no header, not a response, or not exactly one question;
 * - id: another message ID;
 * - question: the name, type or class is not the one asked.
 */
export type IgnoredReason = "malformed" | "id" | "question";

/** Told of what goes on with one upstream, for metrics. */
export interface UpstreamObserver {
  /** A query goes out over a connection of this kind; `reused` when it was open already. */
  connected(transport: Transport, reused: boolean): void;
  ignoredReply(reason: IgnoredReason): void;
  healthCheckFailed(): void;
}

/** How one query is waited for. */
export interface ExchangeLimits {
  /** From now on, with the connection set up. */
  readonly timeoutMs: number;
  readonly onIgnored: (reason: IgnoredReason) => void;
}

export interface ConnectionOptions {
  /** Idle TCP connections are closed after this time; 0 keeps none. */
  readonly expireMs: number;
  /** TCP connections older than this are not used again; 0 is no bound. */
  readonly maxAgeMs: number;
  /** TCP connections kept idle; 0 is no bound. */
  readonly maxIdle: number;
}

export interface HealthCheckOptions {
  /** Pause after a failed check; the checks go on until one is answered. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly domain: string;
  readonly recursionDesired: boolean;
  readonly transport: Transport;
}

export interface UpstreamOptions {
  readonly connections: ConnectionOptions;
  readonly healthCheck: HealthCheckOptions;
}
