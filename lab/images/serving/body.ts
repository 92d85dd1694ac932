import type { Readable } from "node:stream";

/** All that a stream brings; undefined when it is more than `limitBytes` (the rest is read and dropped). */
export async function bodyOf(
  stream: Readable,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of stream) {
    sizeBytes += piece.length;
    if (sizeBytes <= limitBytes) pieces.push(piece);
  }
  return sizeBytes > limitBytes ? undefined : Buffer.concat(pieces);
}
