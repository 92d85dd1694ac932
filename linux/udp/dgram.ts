import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  type DatagramAddress,
  type DatagramBatch,
  type DatagramBatchHandler,
  type DatagramServer,
  type DatagramSocketOptions,
  SLOT_BYTES,
} from "../contract.ts";
import { SystemCallError } from "../errors.ts";
import { encodeOrigin, formatOrigin } from "./origin.ts";
import { refuseReply } from "./refuse-reply.ts";
import { decodeSockaddr, encodeSockaddr, familyOf, formatListener } from "./sockaddr.ts";

/** What may wait in user space for room in the kernel; beyond it answers are dropped instead of filling the heap. */
const MAX_QUEUED_BYTES = 1 << 20;

/**
 * The transport for systems without recvmmsg, and the other side of the behaviour suite: node:dgram on the calling
 * thread's event loop, batches of one. It does not learn which local address a datagram was sent to, so on a
 * wildcard bind the kernel picks the reply's source address.
 * @throws (rejects with) SystemCallError when the address cannot be bound
 */
export async function startDgramServer(
  options: DatagramSocketOptions,
  handler: DatagramBatchHandler,
): Promise<DatagramServer> {
  const family = familyOf(options.address);
  const socket = createSocket({
    type: family === 4 ? "udp4" : "udp6",
    reusePort: options.reusePort,
    ...(options.bufferBytes !== undefined && {
      recvBufferSize: options.bufferBytes,
      sendBufferSize: options.bufferBytes,
    }),
  });
  await bind(socket, options);
  return new DgramServer(socket, family, handler);
}

type Peer = Pick<RemoteInfo, "address" | "port">;

class DgramServer implements DatagramServer {
  readonly local: DatagramAddress;
  readonly #socket: Socket;
  readonly #family: 4 | 6;
  #open = true;

  constructor(socket: Socket, family: 4 | 6, handler: DatagramBatchHandler) {
    this.#socket = socket;
    this.#family = family;
    this.local = decodeSockaddr(encodeSockaddr(socket.address()));
    const batch = new BatchOfOne(family);
    socket.on("message", (message, sender) => {
      batch.receive(message, sender);
      handler(batch);
      const reply = batch.takeReply();
      if (reply !== undefined) this.#sendTo(sender, reply);
    });
    // A failed read (the kernel short of memory) concerns one datagram, as in the batched loop; without a listener
    // it would end the process.
    socket.on("error", () => {});
  }

  send(origin: Uint8Array, payload: Uint8Array): boolean {
    const { address, port } = formatOrigin(origin);
    const peer = this.#family === 6 && !address.includes(":") ? `::ffff:${address}` : address;
    return this.#sendTo({ address: peer, port }, Buffer.from(payload));
  }

  close(): void {
    if (this.#open) this.#socket.close();
    this.#open = false;
  }

  #sendTo({ address, port }: Peer, payload: Buffer): boolean {
    if (!this.#open || this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) return false;
    // A forged sender may have it; Node would throw where the kernel refuses.
    if (port === 0) return false;
    // With a callback a failed send is not an event: a lost answer is the client's to repeat.
    this.#socket.send(payload, port, address, () => {});
    return true;
  }
}

class BatchOfOne implements DatagramBatch {
  readonly bytes = Buffer.alloc(SLOT_BYTES);
  readonly count = 1;
  readonly #family: 4 | 6;
  #receivedBytes = 0;
  #sender: Peer = { address: "", port: 0 };
  #replyBytes: number | undefined;

  constructor(family: 4 | 6) {
    this.#family = family;
  }

  receive(message: Buffer, sender: Peer): void {
    message.copy(this.bytes);
    this.#receivedBytes = message.length;
    this.#sender = sender;
    this.#replyBytes = undefined;
  }

  /** A copy of the handler's answer, if it gave one: the slot holds the next datagram before this one is sent. */
  takeReply(): Buffer | undefined {
    if (this.#replyBytes === undefined) return undefined;
    return Buffer.from(this.bytes.subarray(0, this.#replyBytes));
  }

  lengthOf(): number {
    return Math.min(this.#receivedBytes, SLOT_BYTES);
  }

  isTruncated(): boolean {
    return this.#receivedBytes > SLOT_BYTES;
  }

  familyOf(): 4 | 6 {
    return this.#family === 6 && !this.#sender.address.startsWith("::ffff:") ? 6 : 4;
  }

  reply(slot: number, lengthBytes: number): void {
    if (slot !== 0 || this.#replyBytes !== undefined || lengthBytes >>> 0 > SLOT_BYTES)
      refuseReply(slot, lengthBytes);
    this.#replyBytes = lengthBytes;
  }

  copyOrigin(_slot: number, target: Uint8Array, offset: number): void {
    target.set(encodeOrigin(this.#sender, this.#family), offset);
  }
}

async function bind(socket: Socket, options: DatagramSocketOptions): Promise<void> {
  socket.bind({ port: options.port, address: options.address });
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw asSystemCallError(error, `listen on ${formatListener(options)} over UDP`);
  }
}

/** Node counts errno downwards from 0. */
function asSystemCallError(error: unknown, detail: string): unknown {
  if (!(error instanceof Error) || !("errno" in error && "syscall" in error)) return error;
  return new SystemCallError({
    call: String(error.syscall),
    errno: -Number(error.errno),
    detail,
  });
}
