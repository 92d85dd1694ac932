import { MIN_UDP_BYTES } from "./constants.ts";
import type { Message } from "./contract.ts";
import { writeMessage } from "./message-writer.ts";

/**
 * Wire form of as much of a message as fits in limitBytes, by CoreDNS's rules: when a record does not fit, it and all
 * behind it go, so the additional section suffers first, then authority, then answer; RRsets may be cut. TC is set
 * when anything went (also when only additionals did, stricter than RFC 2181 §9 asks) and stays when it was set.
 * Question and OPT always stay; OPT loses its options when there is no room even for them.
 *
 * A limit below 512 counts as 512 (RFC 6891 §6.2.3). Throws WireError as encodeMessage does for values.
 */
export function fitMessage(
  message: Message,
  limitBytes: number,
): { readonly bytes: Uint8Array; readonly truncated: boolean } {
  const { bytes, complete } = writeMessage(message, Math.max(limitBytes, MIN_UDP_BYTES));
  return { bytes, truncated: !complete };
}
