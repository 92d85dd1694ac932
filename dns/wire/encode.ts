import { MAX_MESSAGE_BYTES } from "./constants.ts";
import type { Message } from "./contract.ts";
import { writeMessage } from "./message-writer.ts";
import { WireError } from "./wire-error.ts";

/**
 * Wire form of a whole message, compressed (RFC 1035 §4.1.4), with case kept and OPT last. Names in SRV and DNAME
 * data are written in full (RFC 2782, RFC 6672 §2.5).
 * The result lies in Node's shared buffer pool: copy it when it is to be kept for long or handed to a thread.
 *
 * Throws WireError when a value has no wire form (a number too big, a bad name or address, an rcode above 15
 * without EDNS) and when the message takes more than limitBytes (65535 by default).
 */
export function encodeMessage(
  message: Message,
  { limitBytes = MAX_MESSAGE_BYTES }: { readonly limitBytes?: number } = {},
): Uint8Array {
  const { bytes, complete } = writeMessage(message, limitBytes);
  if (!complete) throw new WireError(`the message takes more than ${limitBytes} bytes`);
  return bytes;
}
