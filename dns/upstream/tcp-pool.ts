import type { ConnectionOptions } from "./contract.ts";
import type { TcpConnection } from "./tcp-connection.ts";

/** Open connections to one upstream that wait for their next query, the longest idle first. */
export class TcpPool {
  readonly #options: ConnectionOptions;
  readonly #nowMs: () => number;
  readonly #idle = new Set<TcpConnection>();
  #closed = false;

  constructor(options: ConnectionOptions, nowMs: () => number) {
    this.#options = options;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#idle.size;
  }

  /** A connection to use, which give() brings back; undefined when there is none. */
  take(): TcpConnection | undefined {
    for (const connection of this.#idle) {
      if (this.#isTooOld(connection)) {
        connection.close();
        continue;
      }
      this.#idle.delete(connection);
      connection.wake();
      return connection;
    }
    return undefined;
  }

  /** Keeps a connection that has answered, or closes it where there is no place for it. */
  give(connection: TcpConnection): void {
    const { expireMs, maxIdle } = this.#options;
    const full = maxIdle > 0 && this.#idle.size >= maxIdle;
    if (this.#closed || expireMs === 0 || full || this.#isTooOld(connection)) {
      connection.close();
      return;
    }
    this.#idle.add(connection);
    connection.idle(expireMs, () => this.#idle.delete(connection));
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle) connection.close();
  }

  #isTooOld({ createdMs }: TcpConnection): boolean {
    const { maxAgeMs } = this.#options;
    return maxAgeMs > 0 && this.#nowMs() - createdMs > maxAgeMs;
  }
}
