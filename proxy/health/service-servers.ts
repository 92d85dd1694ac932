import type { Clock } from "#cluster/clock.ts";
import type { RecordEvent } from "#cluster/events/contract.ts";
import type { Logger } from "#observe/contract.ts";
import { createHttpListener, type HttpListener } from "#observe/http.ts";
import type { HealthCheck } from "../contract.ts";
import type { HealthCheckChange } from "./contract.ts";
import { serviceReply } from "./service-reply.ts";

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

export interface ServiceHealthServersOptions {
  /** Where they listen, canonical; "" alone is every local address. */
  readonly addresses: readonly string[];
  readonly nodeName: string;
  readonly isProxyHealthy: () => boolean;
  readonly recordEvent: RecordEvent;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One Service's check, as its listeners read it when they are asked. */
interface Entry {
  check: HealthCheck;
  readonly sockets: Map<string, Socket>;
}

interface Socket {
  readonly stop: AbortController;
  /** Settles once it neither listens nor will. */
  readonly ended: Promise<void>;
}

/** A server for each healthCheckNodePort; a change of one leaves the connections of the others alone. */
export class ServiceHealthServers {
  readonly #options: ServiceHealthServersOptions;
  readonly #entries = new Map<string, Entry>();
  /** Sockets on their way out, by address and port: who wants the port next waits for them. */
  readonly #leaving = new Map<string, Promise<void>>();
  #addresses: readonly string[];

  constructor(options: ServiceHealthServersOptions) {
    this.#options = options;
    this.#addresses = options.addresses;
  }

  /** What is freed is freed first, so that a port may go from one Service to another. */
  apply(changes: readonly HealthCheckChange[]): void {
    for (const { namespace, name, healthCheck } of changes) {
      const key = `${namespace}/${name}`;
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.check.port === healthCheck?.port) continue;
      for (const address of entry.sockets.keys()) this.#shut(entry, address);
      this.#entries.delete(key);
    }
    for (const { namespace, name, healthCheck } of changes) {
      if (healthCheck === undefined) continue;
      const key = `${namespace}/${name}`;
      const entry = this.#entries.get(key) ?? { check: healthCheck, sockets: new Map() };
      entry.check = healthCheck;
      this.#entries.set(key, entry);
      this.#open(entry);
    }
  }

  /** For addresses of the node that come and go; those that stay keep their connections. */
  setAddresses(addresses: readonly string[]): void {
    this.#addresses = addresses;
    for (const entry of this.#entries.values()) {
      for (const address of entry.sockets.keys())
        if (!addresses.includes(address)) this.#shut(entry, address);
      this.#open(entry);
    }
  }

  async close(): Promise<void> {
    for (const entry of this.#entries.values())
      for (const address of entry.sockets.keys()) this.#shut(entry, address);
    this.#entries.clear();
    await Promise.all(this.#leaving.values());
  }

  #open(entry: Entry): void {
    for (const address of this.#addresses) {
      if (entry.sockets.has(address)) continue;
      const stop = new AbortController();
      const before = this.#leaving.get(`${address} ${entry.check.port}`);
      entry.sockets.set(address, { stop, ended: this.#serve(entry, address, stop.signal, before) });
    }
  }

  #shut(entry: Entry, address: string): void {
    const socket = entry.sockets.get(address);
    if (socket === undefined) return;
    entry.sockets.delete(address);
    socket.stop.abort();
    const key = `${address} ${entry.check.port}`;
    const ended = socket.ended.finally(() => {
      if (this.#leaving.get(key) === ended) this.#leaving.delete(key);
    });
    this.#leaving.set(key, ended);
  }

  async #serve(
    entry: Entry,
    address: string,
    signal: AbortSignal,
    before: Promise<void> | undefined,
  ): Promise<void> {
    await before;
    const listener = await this.#listen(entry, address, signal);
    if (listener === undefined) return;
    if (!signal.aborted)
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    // The port is free at once; answers under way end by themselves.
    void listener.close();
  }

  /** Tries until it listens or is no longer wanted. */
  async #listen(
    entry: Entry,
    address: string,
    signal: AbortSignal,
  ): Promise<HttpListener | undefined> {
    const { clock, isProxyHealthy } = this.#options;
    for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs *= 2) {
      const listener = createHttpListener({ host: address, port: entry.check.port });
      listener.route("*", () => serviceReply(entry.check, isProxyHealthy()));
      try {
        await listener.listen();
        return listener;
      } catch (error) {
        if (retryMs === FIRST_RETRY_MS) this.#failed(entry.check, error);
        await clock.sleep(Math.min(retryMs, LONGEST_RETRY_MS), signal);
      }
    }
    return undefined;
  }

  #failed({ namespace, name, port }: HealthCheck, error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    const message = `node ${this.#options.nodeName} failed to start healthcheck "${namespace}/${name}" on port ${port}: ${cause}`;
    this.#options.logger.warn({ namespace, service: name, port }, message);
    this.#options.recordEvent({
      regarding: { kind: "Service", namespace, name },
      type: "Warning",
      reason: "FailedToStartServiceHealthcheck",
      message,
    });
  }
}
