import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "#test/zone-text/arbitrary-message.ts";
import type { Message } from "./contract.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { headerOnlyReply, screenHeader } from "./header.ts";
import { WireError } from "./wire-error.ts";

const packets = Number(process.env.FAIRLEAD_FUZZ_PACKETS ?? 50_000);
const seed = Number(process.env.FAIRLEAD_FUZZ_SEED ?? Date.now() % 2 ** 31);

/** A small reproducible generator (mulberry32): integers from 0 to below `bound`. */
function randomSource(start: number): (bound: number) => number {
  let state = start;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Octets that mean something: lengths, pointers, type codes, extremes. */
const telling = [0, 1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 41, 63, 64, 128, 0xc0, 0xc1, 0xff];

function mutate(original: Uint8Array, random: (bound: number) => number): Uint8Array {
  let bytes = Uint8Array.from(original);
  for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random(bytes.length);
    const octet = random(2) === 0 ? random(256) : (telling[random(telling.length)] ?? 0);
    switch (random(5)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = Uint8Array.from([...bytes.subarray(0, at), octet, ...bytes.subarray(at)]);
        break;
      case 2:
        bytes.copyWithin(at, random(bytes.length));
        break;
      default:
        bytes[at] = octet;
    }
  }
  return bytes;
}

/** Only the codec's own error may come out; anything accepted must be a message that can be written and read again. */
function probe(bytes: Uint8Array): "read" | "refused" {
  if (screenHeader(bytes, bytes.length) !== "ignore") headerOnlyReply(bytes, 1);
  const message = decodeOrUndefined(bytes);
  if (message === undefined) return "refused";
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
  return "read";
}

function decodeOrUndefined(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

test(`${packets} mutated packets are read or refused, and nothing else happens`, {
  timeout: 120_000 + packets,
}, () => {
  const random = randomSource(seed);
  const originals = fc
    .sample(arbitraryMessage(), { numRuns: 400, seed })
    .map((m) => encodeMessage(m));
  const seen = { read: 0, refused: 0 };
  for (let i = 0; i < packets; i++) {
    const bytes = mutate(originals[random(originals.length)] ?? new Uint8Array(), random);
    try {
      seen[probe(bytes)]++;
    } catch (cause) {
      const hex = Buffer.from(bytes).toString("hex");
      throw new Error(`FAIRLEAD_FUZZ_SEED=${seed}, packet ${i}: ${hex}`, { cause });
    }
  }
  // Both ways must have been taken often, or the mutations are too tame or too wild to say anything.
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(packets / 20);
});
