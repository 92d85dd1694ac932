/**
 * SHA-256 (FIPS 180-4) of a text, in hexadecimal. Names are digests of a few words; Node's own module for it takes a
 * process of one call a quarter of its whole start.
 */
export function sha256(text: string): string {
  const known = recent.get(text);
  if (known !== undefined) return known;
  if (recent.size === mostRecent) recent.clear();
  const made = digestOf(text);
  recent.set(text, made);
  return made;
}

/** For processes of many calls, which have Node's module loaded: it is some twenty times as fast. */
export function makeDigestsWith(other: (text: string) => string): void {
  digestOf = other;
}

/** A call asks for the same few again and again. */
const recent = new Map<string, string>();
const mostRecent = 256;

function digest(text: string): string {
  const state = Uint32Array.from(initial);
  const words = new Uint32Array(64);
  const blocks = padded(Buffer.from(text));
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) compress(state, words, blocks, at);
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

let digestOf = digest;

const BLOCK_BYTES = 64;

/** The message, a one, zeros, and its length in bits at the end of a block. */
function padded(message: Buffer): Buffer {
  const blocks = Buffer.alloc(Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  message.copy(blocks);
  blocks[message.length] = 0x80;
  blocks.writeUInt32BE(message.length * 8, blocks.length - 4);
  return blocks;
}

function compress(state: Uint32Array, words: Uint32Array, blocks: Buffer, at: number): void {
  for (let index = 0; index < 16; index += 1) words[index] = blocks.readUInt32BE(at + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const two = wordAt(words, index - 2);
    const fifteen = wordAt(words, index - 15);
    const low = turned(fifteen, 7) ^ turned(fifteen, 18) ^ (fifteen >>> 3);
    const high = turned(two, 17) ^ turned(two, 19) ^ (two >>> 10);
    words[index] = wordAt(words, index - 16) + low + wordAt(words, index - 7) + high;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index += 1) {
    const choice = (e & f) ^ (~e & g);
    const first =
      h +
      (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
      choice +
      wordAt(constants, index) +
      wordAt(words, index);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries())
    state[index] = wordAt(state, index) + word;
}

const wordAt = (words: Uint32Array, index: number): number => words[index] ?? 0;

const turned = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The first 64 primes. */
const primes: number[] = [];
for (let number = 2; primes.length < 64; number += 1)
  if (primes.every((prime) => number % prime !== 0)) primes.push(number);

/** 32 bits behind the point, of which a double has enough for roots of numbers this small. */
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;

const initial = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const constants = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
