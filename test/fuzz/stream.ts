/** Messages in a TCP stream, each behind its length in two bytes (RFC 1035 §4.2.2). */

/** @param length what the frame says of itself; the truth when absent */
export function frame(message: Buffer, length = message.length): Buffer {
  return Buffer.concat([Buffer.of(length >> 8, length & 0xff), message]);
}

/** The complete messages of a stream, and how many bytes of another follow. */
export function splitFrames(stream: Buffer): { readonly frames: Buffer[]; readonly rest: number } {
  const frames: Buffer[] = [];
  let at = 0;
  while (stream.length - at >= 2) {
    const end = at + 2 + stream.readUInt16BE(at);
    if (end > stream.length) break;
    frames.push(stream.subarray(at + 2, end));
    at = end;
  }
  return { frames, rest: stream.length - at };
}
