import type { UpstreamAddress } from "./contract.ts";
import { randomUint16 } from "./message-id.ts";
import { UdpSocket } from "./udp-socket.ts";

/** Source ports that one upstream is asked from at a time. A divisor of 2^16, so that each is as likely to be drawn. */
const SOCKETS = 256;
/** A port is given up after this time: whoever finds it out by trying has to be quicker. */
const LIFETIME_MS = 1000;

/**
 * Sockets to ask one upstream from, so that source ports are as unpredictable as IDs are (RFC 5452 §9.2). Up to 256
 * queries a second each has one of its own; of more, each draws from those that the last second has opened.
 */
export class UdpPool {
  readonly #to: UpstreamAddress;
  readonly #nowMs: () => number;
  readonly #sockets: UdpSocket[] = [];
  /** Where the next socket goes: the places are filled in turn, so that the oldest is replaced. */
  #next = 0;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(to: UpstreamAddress, nowMs: () => number) {
    this.#to = to;
    this.#nowMs = nowMs;
  }

  /** A socket for a query of that ID, and whether others were sent from it before. */
  take(id: number): { readonly socket: UdpSocket; readonly reused: boolean } {
    const oldest = this.#sockets[this.#next];
    if (oldest === undefined || this.#isSpent(oldest)) return this.#opened();
    const drawn = this.#sockets[randomUint16() % SOCKETS];
    if (drawn === undefined || this.#isSpent(drawn) || drawn.isWaitingFor(id))
      return this.#opened();
    return { socket: drawn, reused: true };
  }

  /** Queries under way run to their end. */
  close(): void {
    clearTimeout(this.#sweeping);
    this.#sweeping = undefined;
    for (const socket of this.#sockets.splice(0)) socket.retire();
    this.#next = 0;
  }

  #opened(): { readonly socket: UdpSocket; readonly reused: boolean } {
    const socket = new UdpSocket(this.#to, this.#nowMs());
    this.#sockets[this.#next]?.retire();
    this.#sockets[this.#next] = socket;
    this.#next = (this.#next + 1) % SOCKETS;
    this.#sweeping ??= setTimeout(() => this.#sweep(), LIFETIME_MS).unref();
    return { socket, reused: false };
  }

  #isSpent(socket: UdpSocket): boolean {
    return socket.isRetired || this.#nowMs() - socket.openedMs >= LIFETIME_MS;
  }

  /** Closes what nobody has drawn for long. */
  #sweep(): void {
    this.#sweeping = undefined;
    let left = 0;
    for (const socket of this.#sockets) {
      if (this.#isSpent(socket)) socket.retire();
      else left++;
    }
    if (left > 0) this.#sweeping = setTimeout(() => this.#sweep(), LIFETIME_MS).unref();
  }
}
