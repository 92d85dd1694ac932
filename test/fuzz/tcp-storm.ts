/** Packets over TCP: streams of frames, right and wrong, delivered in every manner that a client may have. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Destination, Due, Packet, Tally } from "./contract.ts";
import { complaintAbout, judge } from "./judge.ts";
import { mutatedPacket } from "./mutations.ts";
import type { Random } from "./random.ts";
import { seedQuery } from "./seeds.ts";
import { frame, splitFrames } from "./stream.ts";

const PATIENCE_MS = 5000;
const MAX_COMPLAINTS = 10;
const MAX_FRAME_BYTES = 65_535;
const CONNECTIONS = 8;

interface Delivery {
  readonly name: string;
  readonly frames: readonly [least: number, most: number];
  /** Nothing is owed to a client that has torn the connection down. */
  readonly isTornDown?: true;
  send(socket: Socket, stream: Buffer, random: Random): Promise<void>;
}

async function inPieces(socket: Socket, stream: Buffer, size: () => number): Promise<void> {
  for (let at = 0; at < stream.length; ) {
    const end = at + size();
    socket.write(stream.subarray(at, end));
    at = end;
    await nextTurn();
  }
}

const deliveries: readonly Delivery[] = [
  {
    name: "all in one write",
    frames: [1, 200],
    send: async (socket, stream) => void socket.write(stream),
  },
  {
    name: "in pieces of any size",
    frames: [1, 60],
    send: (socket, stream, random) => inPieces(socket, stream, () => random.between(1, 2000)),
  },
  {
    name: "byte by byte",
    frames: [1, 3],
    send: (socket, stream) => inPieces(socket, stream, () => 1),
  },
  {
    name: "by a slow reader",
    frames: [500, 1500],
    send: async (socket, stream) => {
      socket.pause();
      socket.write(stream);
      await sleep(50);
      socket.resume();
    },
  },
  {
    name: "and no more to come (FIN)",
    frames: [1, 200],
    send: async (socket, stream) => void socket.end(stream),
  },
  {
    name: "cut in the middle (RST)",
    frames: [1, 60],
    isTornDown: true,
    send: async (socket, stream, random) => {
      socket.write(stream.subarray(0, random.below(stream.length)));
      if (random.chance(50)) await sleep(2);
      socket.resetAndDestroy();
    },
  },
];

interface Owed {
  readonly packet: Packet;
  readonly due: Due;
}

/** The stream of a connection, with what the server owes for it by the frames it really holds. */
function makeStream(count: number, random: Random) {
  const frames: Buffer[] = [];
  // Behind a length that lies the server reads other frames than were meant.
  const lieAt = random.chance(30) ? random.below(count) : count;
  for (let id = 0; id < count; id++) frames.push(anyFrame(id, id === lieAt, random));
  const stream = Buffer.concat(frames);
  const found = splitFrames(stream);
  const owed = new Map<number, Owed[]>();
  let due = 0;
  for (const bytes of found.frames) {
    const packet = { bytes, history: "a frame" };
    const verdict = judge(bytes);
    if (verdict.kind === "silence") continue;
    due++;
    const id = bytes.readUInt16BE();
    owed.set(id, [...(owed.get(id) ?? []), { packet, due: verdict }]);
  }
  return { stream, owed, due, isWhole: found.rest === 0 };
}

function anyFrame(id: number, isLie: boolean, random: Random): Buffer {
  const { bytes } = mutatedPacket(random);
  if (bytes.length >= 2) bytes.writeUInt16BE(id);
  if (random.below(500) === 0)
    return frame(
      Buffer.concat([bytes, Buffer.alloc(MAX_FRAME_BYTES)]).subarray(0, MAX_FRAME_BYTES),
    );
  return isLie ? frame(bytes, random.below(2 * bytes.length + 1)) : frame(bytes);
}

class TcpStorm {
  readonly tally: Tally = { sent: 0, due: 0, got: 0, complaints: [] };
  readonly #to: Destination;
  readonly #random: Random;

  constructor(to: Destination, random: Random) {
    this.#to = to;
    this.#random = random;
  }

  async run(count: number): Promise<void> {
    const client = async (): Promise<void> => {
      while (this.tally.sent < count && this.tally.complaints.length < MAX_COMPLAINTS)
        await this.#connection(this.#random.pick(deliveries));
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
  }

  async #connection(delivery: Delivery): Promise<void> {
    const count = this.#random.between(...delivery.frames);
    const { stream, owed, due, isWhole } = makeStream(count, this.#random);
    this.tally.sent += count;
    const socket = connect(this.#to.port, this.#to.host);
    // A reset shows as replies that are missing, where any are due.
    socket.on("error", () => socket.destroy());
    await once(socket, "connect");
    const replies = readReplies(socket);
    await delivery.send(socket, stream, this.#random);
    if (delivery.isTornDown === true) return;
    this.tally.due += due;
    let missing = due;
    while (missing > 0) {
      const reply = await replies.next();
      if (reply === undefined) break;
      this.#judgeReply(reply, owed, delivery);
      missing--;
    }
    if (missing > 0)
      this.tally.complaints.push(`${missing} of ${due} replies missing, sent ${delivery.name}`);
    else await this.#expectSilence(socket, replies, isWhole, delivery);
    socket.destroy();
  }

  /** After the last reply that is due a plain query is answered at once, and nothing comes before its answer. */
  async #expectSilence(
    socket: Socket,
    replies: Replies,
    isWhole: boolean,
    delivery: Delivery,
  ): Promise<void> {
    if (!isWhole || !socket.writable) return;
    const { bytes } = seedQuery(this.#random);
    bytes.writeUInt16BE(0xfffe);
    socket.write(frame(bytes));
    const reply = await replies.next();
    const wrong =
      reply === undefined || reply.readUInt16BE() !== 0xfffe
        ? "a reply that was not due, or none to a plain query"
        : complaintAbout(bytes, judge(bytes), reply, "tcp");
    if (wrong !== undefined)
      this.tally.complaints.push(`${wrong}, after frames sent ${delivery.name}`);
  }

  #judgeReply(reply: Buffer, owed: Map<number, Owed[]>, { name }: Delivery): void {
    const candidates = reply.length < 2 ? [] : (owed.get(reply.readUInt16BE()) ?? []);
    let wrong = "a reply to nothing that was sent";
    for (const [index, { packet, due }] of candidates.entries()) {
      const complaint = complaintAbout(packet.bytes, due, reply, "tcp");
      if (complaint === undefined) {
        candidates.splice(index, 1);
        this.tally.got++;
        return;
      }
      wrong = `${complaint}; to ${packet.bytes.toString("hex").slice(0, 1200)}`;
    }
    this.tally.complaints.push(`${wrong}, sent ${name}: ${reply.toString("hex").slice(0, 1200)}`);
  }
}

interface Replies {
  /** The next reply; undefined when the connection ended or none came in time. */
  next(): Promise<Buffer | undefined>;
}

function readReplies(socket: Socket): Replies {
  let received = Buffer.alloc(0);
  const ready: Buffer[] = [];
  let progress = Promise.withResolvers<void>();
  let isOver = false;
  const wake = (): void => {
    progress.resolve();
    progress = Promise.withResolvers();
  };
  socket.on("data", (chunk: Buffer) => {
    const { frames, rest } = splitFrames(Buffer.concat([received, chunk]));
    ready.push(...frames);
    received = Buffer.concat([received, chunk]).subarray(received.length + chunk.length - rest);
    wake();
  });
  socket.on("close", () => {
    isOver = true;
    wake();
  });
  return {
    async next() {
      const deadline = performance.now() + PATIENCE_MS;
      while (ready.length === 0 && !isOver && performance.now() < deadline)
        await Promise.race([progress.promise, sleep(PATIENCE_MS / 10)]);
      return ready.shift();
    },
  };
}

/** Sends that many frames over connections in turn, and judges what comes back. */
export async function tcpStorm(to: Destination, count: number, random: Random): Promise<Tally> {
  const storm = new TcpStorm(to, random);
  await storm.run(count);
  return storm.tally;
}
