/** One query to another that is wrong in some way, and the packets that come of several of them. */
import type { Packet } from "./contract.ts";
import type { Random } from "./random.ts";
import { seedQuery } from "./seeds.ts";

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const HEADER_BYTES = 12;
const COUNTS = [4, 6, 8, 10];
const TYPES = [1, 2, 5, 6, 12, 13, 15, 16, 28, 33, 39, 41, 250, 255, 4711];

/** The bytes with a 16-bit number in another place; too short ones stay as they are. */
function with16(bytes: Buffer, offset: number, value: number): Buffer {
  if (offset + 2 > bytes.length) return bytes;
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(value & 0xffff, offset);
  return copy;
}

function raised(bytes: Buffer, offset: number): Buffer {
  return offset + 2 > bytes.length ? bytes : with16(bytes, offset, bytes.readUInt16BE(offset) + 1);
}

/** Where the question's name ends, if it is one in plain labels. */
function nameEnd(bytes: Buffer): number {
  let at = HEADER_BYTES;
  while (at < bytes.length && (bytes[at] ?? 0) !== 0) at += 1 + (bytes[at] ?? 0);
  return Math.min(at + 1, bytes.length);
}

function questionOf(bytes: Buffer): Buffer {
  return bytes.subarray(HEADER_BYTES, nameEnd(bytes) + 4);
}

/** Another name in the question's place. */
function renamed(bytes: Buffer, name: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), name, bytes.subarray(nameEnd(bytes))]);
}

/** A name of `length` bytes in all. */
function longName(length: number): Buffer {
  const parts: Buffer[] = [];
  let left = length - 1;
  while (left > 1) {
    // A rest of one byte would be no label.
    const size = Math.min(63, left - 1 === 64 ? 62 : left - 1);
    parts.push(Buffer.of(size), Buffer.alloc(size, "x"));
    left -= size + 1;
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function optRecord(random: Random): Buffer {
  const data = random.bytes(random.pick([0, 0, 1, 4, 12, 40]));
  const head = Buffer.concat([
    random.chance(80) ? Buffer.of(0) : Buffer.from("\x01a\x00", "latin1"),
    Buffer.from([0, 41]),
    random.bytes(2),
    random.chance(50) ? Buffer.from([0, 0]) : random.bytes(2),
    random.bytes(2),
    Buffer.from([0, random.chance(70) ? data.length : random.below(256)]),
  ]);
  return Buffer.concat([head, data]);
}

function anyRecord(random: Random): Buffer {
  const data = random.bytes(random.pick([0, 1, 4, 4, 16, 20]));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | (random.chance(80) ? HEADER_BYTES : random.below(64)), 0);
  head.writeUInt16BE(random.pick(TYPES), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

const mutations: Readonly<Record<string, Mutation>> = {
  "flipped bits": (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let flips = random.between(1, 8); flips > 0 && copy.length > 0; flips--) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  "one byte": (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random.below(copy.length)] = random.pick([0, 0x3f, 0x40, 0xc0, 0xff]);
    return copy;
  },
  truncated: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  "junk behind": (bytes, random) => Buffer.concat([bytes, random.bytes(random.between(1, 600))]),
  "over 4096 bytes": (bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(random.pick([4050, 4096, 4097, 9000]), "z")]),
  "counts lie": (bytes, random) =>
    with16(bytes, random.pick(COUNTS), random.pick([0, 1, 2, 3, 255, 256, 65_535])),
  "question twice": (bytes) => raised(Buffer.concat([bytes, questionOf(bytes)]), 4),
  "sections twice": (bytes) => {
    const doubled = Buffer.concat([bytes, bytes.subarray(HEADER_BYTES)]);
    return COUNTS.reduce<Buffer>(
      (all, at) => (all.length < 12 ? all : with16(all, at, all.readUInt16BE(at) * 2)),
      doubled,
    );
  },
  "a label lies": (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > HEADER_BYTES) copy[HEADER_BYTES] = random.below(256);
    return copy;
  },
  "a pointer in the question": (bytes, random) => {
    const labels = random.chance(50) ? Buffer.from("\x03abc", "latin1") : Buffer.alloc(0);
    const pointer = Buffer.of(0xc0 | (random.chance(80) ? 0 : random.below(64)), random.below(64));
    return renamed(bytes, Buffer.concat([labels, pointer]));
  },
  "a long name": (bytes, random) =>
    renamed(bytes, longName(random.pick([240, 250, 251, 254, 255, 256, 257, 300]))),
  "odd letters": (bytes, random) => {
    const label = random.bytes(random.between(1, 63));
    return renamed(bytes, Buffer.concat([Buffer.of(label.length), label, Buffer.of(0)]));
  },
  "another OPT": (bytes, random) => raised(Buffer.concat([bytes, optRecord(random)]), 10),
  "another EDNS version": (bytes, random) => {
    const opt = Buffer.from([0, 0, 41, 4, 208, 0, random.between(1, 255), 0, 0, 0, 0]);
    const query = Buffer.concat([bytes.subarray(0, HEADER_BYTES), questionOf(bytes), opt]);
    return with16(query, 10, 1);
  },
  "another record": (bytes, random) =>
    raised(Buffer.concat([bytes, anyRecord(random)]), random.pick([6, 8, 10])),
  "another opcode": (bytes, random) => with16(bytes, 2, random.below(16) << 11),
  "a response": (bytes) =>
    bytes.length < 4 ? bytes : with16(bytes, 2, bytes.readUInt16BE(2) | 0x8000),
  "other flags": (bytes, random) => with16(bytes, 2, random.below(65_536) & 0x07ff),
  "another type": (bytes, random) => with16(bytes, nameEnd(bytes), random.below(65_536)),
  "another class": (bytes, random) =>
    with16(bytes, nameEnd(bytes) + 2, random.pick([0, 2, 3, 4, 254, 255, random.below(65_536)])),
  "nothing left": () => Buffer.alloc(0),
  noise: (_, random) => random.bytes(random.between(1, 100)),
};

/** A valid query (one in ten) or what a few mutations have made of one. The ID is the caller's to set. */
export function mutatedPacket(random: Random): Packet {
  const seed = seedQuery(random);
  let { bytes } = seed;
  const history = [seed.name];
  for (let rounds = random.chance(10) ? 0 : random.between(1, 3); rounds > 0; rounds--) {
    const [name, mutate] = random.pick(Object.entries(mutations));
    bytes = mutate(bytes, random);
    history.push(name);
  }
  return { bytes: Buffer.from(bytes), history: history.join(", ") };
}
