import { ORIGIN_BYTES } from "../contract.ts";
import { libc } from "../ffi.ts";
import { highWord, lowWord, pin } from "../memory.ts";
import {
  IOVEC_BYTES,
  MMSGHDR_BYTES,
  MSG_DONTWAIT,
  WORD_BASE,
  WORD_BASE_LENGTH,
  WORD_CONTROL,
  WORD_CONTROL_LENGTH,
  WORD_IOVEC,
  WORD_IOVEC_COUNT,
  WORD_NAME,
  WORD_NAME_LENGTH,
} from "./abi.ts";
import { ORIGIN_CONTROL, ORIGIN_CONTROL_LENGTH, ORIGIN_NAME_LENGTH } from "./origin.ts";

/** The 16-bit length of UDP (RFC 768), header included; IPv4 leaves 20 bytes less. */
const MAX_PAYLOAD_BYTES = 65_527;

/** Places in the scratch memory: message header, its iovec, the origin, the payload. */
const IOVEC = MMSGHDR_BYTES;
const ORIGIN = IOVEC + IOVEC_BYTES;
const PAYLOAD = ORIGIN + ORIGIN_BYTES;

interface Scratch {
  readonly address: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;
}

/** One a thread, as this module is: made at the first send and used over and over. */
let scratch: Scratch | undefined;

/**
 * Sends a datagram to an origin through a socket that another thread may be reading from. Never blocks and never
 * throws: false says that the kernel did not take it (no room, no route, too long, closed socket).
 */
export function sendTo(fd: number, origin: Uint8Array, payload: Uint8Array): boolean {
  if (payload.length > MAX_PAYLOAD_BYTES) return false;
  scratch ??= makeScratch();
  const { address, bytes, words } = scratch;
  bytes.set(origin, ORIGIN);
  bytes.set(payload, PAYLOAD);
  words[WORD_NAME_LENGTH] = words[(ORIGIN + ORIGIN_NAME_LENGTH) / 4] ?? 0;
  words[WORD_CONTROL_LENGTH] = words[(ORIGIN + ORIGIN_CONTROL_LENGTH) / 4] ?? 0;
  words[IOVEC / 4 + WORD_BASE_LENGTH] = payload.length;
  return libc().sendmsg(fd, address, MSG_DONTWAIT) >= 0;
}

function makeScratch(): Scratch {
  const { bytes, address } = pin(Math.ceil((PAYLOAD + MAX_PAYLOAD_BYTES) / 4) * 4);
  const words = new Int32Array(bytes.buffer);
  const point = (word: number, place: number): void => {
    words[word] = lowWord(address + place);
    words[word + 1] = highWord(address + place);
  };
  point(WORD_NAME, ORIGIN);
  point(WORD_CONTROL, ORIGIN + ORIGIN_CONTROL);
  point(WORD_IOVEC, IOVEC);
  point(IOVEC / 4 + WORD_BASE, PAYLOAD);
  words[WORD_IOVEC_COUNT] = 1;
  return { address, bytes, words };
}
