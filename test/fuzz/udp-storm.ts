/** Packets over UDP, never more of them under way than the server's socket buffer holds. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Destination, Due, Packet, Tally } from "./contract.ts";
import { complaintAbout, judge } from "./judge.ts";
import { mutatedPacket } from "./mutations.ts";
import type { Random } from "./random.ts";
import { seedQuery } from "./seeds.ts";

const WINDOW_PACKETS = 64;
/** The kernel counts a datagram at about twice its size, and the smallest buffer has 208 KiB. */
const WINDOW_BYTES = 32_768;
/** How much of a datagram the server takes (SLOT_BYTES). */
const RECEIVED_BYTES = 4096;
const PATIENCE_MS = 5000;
const MAX_COMPLAINTS = 10;

interface Sent {
  readonly packet: Packet;
  readonly due: Due;
  readonly index: number;
  readonly atMs: number;
}

class UdpStorm {
  readonly tally: Tally = { sent: 0, due: 0, got: 0, complaints: [] };
  readonly #socket: Socket;
  readonly #random: Random;
  /** What was sent under each of the IDs, which come round after 65,536 packets. */
  readonly #byId = new Map<number, Sent>();
  /** Of those, in their order, what the server may not have read yet. */
  readonly #underWay = new Map<number, Sent>();
  #bytesUnderWay = 0;
  #next = 0;
  #progress = Promise.withResolvers<void>();

  constructor(socket: Socket, random: Random) {
    this.#socket = socket;
    this.#random = random;
    socket.on("message", (reply) => this.#take(reply));
  }

  async run(count: number): Promise<void> {
    while (this.tally.sent < count && this.tally.complaints.length < MAX_COMPLAINTS) {
      if (this.#isFull()) await this.#settle();
      else this.#send(mutatedPacket(this.#random));
    }
    while (this.#underWay.size > 0) await this.#settle();
    // Time for replies that nobody is due.
    await sleep(200);
  }

  #isFull(): boolean {
    return this.#underWay.size >= WINDOW_PACKETS || this.#bytesUnderWay >= WINDOW_BYTES;
  }

  #send(packet: Packet): void {
    const index = this.#next++;
    const id = index & 0xffff;
    if (packet.bytes.length >= 2) packet.bytes.writeUInt16BE(id);
    const due = judge(packet.bytes.subarray(0, RECEIVED_BYTES));
    const sent = { packet, due, index, atMs: performance.now() };
    this.#byId.set(id, sent);
    this.#underWay.set(id, sent);
    this.#bytesUnderWay += packet.bytes.length;
    this.tally.sent++;
    if (due.kind !== "silence") this.tally.due++;
    this.#socket.send(packet.bytes);
  }

  /** Waits for a reply; where none is due, a plain query shows that the server has read what came before. */
  async #settle(): Promise<void> {
    const entries = [...this.#underWay.values()];
    if (entries.every(({ due }) => due.kind === "silence"))
      this.#send({ bytes: seedQuery(this.#random).bytes, history: "a plain query" });
    await Promise.race([this.#progress.promise, sleep(PATIENCE_MS / 10)]);
    for (const sent of this.#underWay.values()) {
      if (performance.now() - sent.atMs < PATIENCE_MS) break;
      if (sent.due.kind !== "silence") this.#complain("no reply", sent.packet);
      this.#forget(sent);
    }
  }

  #take(reply: Buffer): void {
    const sent = reply.length < 2 ? undefined : this.#byId.get(reply.readUInt16BE());
    if (sent === undefined) {
      this.tally.complaints.push(`a reply to nothing that was sent: ${reply.toString("hex")}`);
      return;
    }
    const { packet, due, index } = sent;
    const wrong = this.#underWay.has(index & 0xffff)
      ? complaintAbout(packet.bytes, due, reply, "udp")
      : "a second reply, or one that was not due";
    if (wrong === undefined) this.tally.got++;
    else this.#complain(`${wrong}: ${reply.toString("hex")}`, packet);
    this.#forget(sent);
    // One socket of the server reads all that this one sends, in order.
    for (const earlier of this.#underWay.values()) {
      if (earlier.index > index) break;
      if (earlier.due.kind === "silence") this.#forget(earlier);
    }
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }

  #forget({ index, packet }: Sent): void {
    if (this.#underWay.delete(index & 0xffff)) this.#bytesUnderWay -= packet.bytes.length;
  }

  #complain(what: string, { history, bytes }: Packet): void {
    this.tally.complaints.push(`${what}; to ${history}: ${bytes.toString("hex").slice(0, 1200)}`);
  }
}

/** Sends that many packets (and a few plain queries among them) from one port, and judges what comes back. */
export async function udpStorm(to: Destination, count: number, random: Random): Promise<Tally> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  try {
    socket.connect(to.port, to.host);
    await once(socket, "connect");
    const storm = new UdpStorm(socket, random);
    await storm.run(count);
    return storm.tally;
  } finally {
    socket.close();
  }
}
