/** UDP as the servers of the suite see it: batches of datagrams, answered in place. */

/** Longest datagram a batch slot holds; a longer one arrives cut and is reported with its `truncated` flag. */
export const SLOT_BYTES = 4096;

/**
 * Where a datagram came from and which local address it was sent to, as opaque bytes that may cross threads:
 * a struct sockaddr_in/in6 (28 bytes), its length (u32 LE), then the struct in_pktinfo/in6_pktinfo control
 * message (40 bytes) and its length (u32 LE).
 */
export const ORIGIN_BYTES = 80;

/** One batch of received datagrams. Valid only during the handler's call. */
export interface DatagramBatch {
  /** All slots in one buffer; the datagram of slot i starts at i * SLOT_BYTES. */
  readonly bytes: Buffer;
  readonly count: number;
  lengthOf(slot: number): number;
  /** True when the datagram was longer than its slot. */
  isTruncated(slot: number): boolean;
  /** Family of the sender: 4 also for an IPv4 sender on a socket bound to `::`. */
  familyOf(slot: number): 4 | 6;
  /** Sends the first `lengthBytes` of the slot back to where its datagram came from, once the handler returns. */
  reply(slot: number, lengthBytes: number): void;
  /** Copies the slot's origin (ORIGIN_BYTES) for a reply that is sent later through send(). */
  copyOrigin(slot: number, target: Uint8Array, offset: number): void;
}

export type DatagramBatchHandler = (batch: DatagramBatch) => void;

export interface DatagramAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

export interface DatagramSocketOptions {
  readonly address: string;
  readonly port: number;
  /** Several sockets share the port and the kernel spreads flows over them (SO_REUSEPORT). */
  readonly reusePort: boolean;
  /** SO_RCVBUF and SO_SNDBUF; the kernel caps them at net.core.[rw]mem_max. */
  readonly bufferBytes?: number;
}

/**
 * A bound UDP server socket. Two implementations meet one behaviour suite: recvmmsg/sendmmsg in a blocking loop
 * (linux/udp/batched.ts) and node:dgram (linux/udp/dgram.ts).
 */
export interface DatagramServer {
  readonly local: DatagramAddress;
  /** Sends a late answer to an origin taken with copyOrigin(). Never blocks: what the socket cannot take is dropped and false is returned. */
  send(origin: Uint8Array, payload: Uint8Array): boolean;
  close(): void;
}

/** What a reading thread needs of a socket that another thread opened; plain data, for postMessage and workerData. */
export interface SocketHandle {
  readonly fd: number;
  /** Family of the socket: on 6 bound to `::` IPv4 clients appear as v4-mapped addresses. */
  readonly family: 4 | 6;
  /** The kernel reports where a datagram was sent to, and the reply leaves from there (wildcard binds only). */
  readonly reportsDestination: boolean;
}

/** A socket for serveBatches(), which another thread may run. It is opened, interrupted and closed by its owner. */
export interface BatchedSocket extends DatagramServer {
  readonly handle: SocketHandle;
  /**
   * Wakes the reader blocked in serveBatches() and ends its loop for good; answers can still be sent. Set the stop
   * flag first. close() does not wake a reader: call it when the loop has returned.
   */
  interrupt(): void;
}

/** How one thread's blocking loop is stopped and observed. The hooks run once a batch and must not allocate. */
export interface BatchLoop {
  /** Word 0 is read with Atomics: once it is not 0 the loop returns after the batch in hand, in at most 500 ms. */
  readonly stop: Int32Array;
  /** Before each blocking read, also after one that timed out: the thread holds no reference to shared state now. */
  beforeReceive?(): void;
  /** When datagrams have arrived, before the handler. */
  afterReceive?(): void;
  /** When the replies are with the kernel; `dropped` is how many of them it did not take. */
  afterSend?(dropped: number): void;
}
