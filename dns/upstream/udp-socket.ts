import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import type { ExchangeLimits, UpstreamAddress } from "./contract.ts";
import { UpstreamError } from "./errors.ts";
import { messageId } from "./message-id.ts";
import { mismatch } from "./reply-match.ts";

/** Addresses are never names here, so that there is nothing to look up. */
const socketOptions = {
  4: { type: "udp4", lookup: (host, _, found) => found(null, host, 4) },
  6: { type: "udp6", lookup: (host, _, found) => found(null, host, 6) },
} as const satisfies Record<4 | 6, SocketOptions>;

interface Waiting {
  readonly query: Uint8Array;
  readonly onIgnored: ExchangeLimits["onIgnored"];
  readonly timer: NodeJS.Timeout;
  resolve(reply: Uint8Array): void;
  reject(error: UpstreamError): void;
}

/**
 * A source port at which queries to one upstream wait for their replies, told apart by ID. It is connected: the kernel
 * drops datagrams from elsewhere, and tells when nobody listens there.
 */
export class UdpSocket {
  readonly openedMs: number;
  readonly #to: UpstreamAddress;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  /** Queries that came before the socket was connected. */
  #unsent: Uint8Array[] | undefined = [];
  #retired = false;
  #closed = false;

  constructor(to: UpstreamAddress, nowMs: number) {
    this.openedMs = nowMs;
    this.#to = to;
    this.#socket = createSocket(socketOptions[to.family]);
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("message", (reply) => this.#receive(reply));
    // The types know only the callback without error; Node hands one over when connecting fails.
    this.#socket.connect(to.port, to.host, ((error?: Error | null) => {
      if (error !== undefined && error !== null) this.#fail(error);
      else this.#connected();
    }) as () => void);
  }

  /** Whether no query may be sent from here any more. */
  get isRetired(): boolean {
    return this.#retired;
  }

  isWaitingFor(id: number): boolean {
    return this.#waiting.has(id);
  }

  /**
   * Sends a query whose ID nothing waits for here.
   *
   * @returns the first reply that belongs to the query; others are passed over until the time is up
   * @throws UpstreamError
   */
  exchange(query: Uint8Array, { timeoutMs, onIgnored }: ExchangeLimits): Promise<Uint8Array> {
    const id = messageId(query);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(id)?.reject(UpstreamError.timeout("read", "udp", this.#to));
      }, timeoutMs);
      this.#waiting.set(id, { query, onIgnored, timer, resolve, reject });
      if (this.#unsent === undefined) this.#socket.send(query);
      else this.#unsent.push(query);
    });
  }

  /** Sends nothing more, and closes when the last query has its reply or has run out of time. */
  retire(): void {
    this.#retired = true;
    if (this.#waiting.size > 0 || this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #connected(): void {
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    for (const query of unsent) if (this.isWaitingFor(messageId(query))) this.#socket.send(query);
  }

  #receive(reply: Buffer): void {
    const [first] = this.#waiting.values();
    // What comes after its query has run out of time is no news.
    if (first === undefined) return;
    const waiting = reply.length < 2 ? undefined : this.#waiting.get(messageId(reply));
    const { query, onIgnored } = waiting ?? first;
    const reason = mismatch(query, reply);
    if (reason !== undefined) onIgnored(reason);
    else this.#settle(messageId(reply))?.resolve(reply);
  }

  /** The error is the upstream's or the route's, and so that of every query under way. */
  #fail(error: Error): void {
    this.#retired = true;
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id)?.reject(UpstreamError.of("read", "udp", this.#to, error));
    }
    this.retire();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    if (this.#retired) this.retire();
    return waiting;
  }
}
