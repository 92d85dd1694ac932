import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** What zlib hands out at once. */
const CHUNK_BYTES = 64 * 1024;

/** The body behind Content-Encoding: gzip, as it comes. Leaving the loop early ends the request. */
export async function* gunzipped(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const feeding = pipeline(Readable.from(body, { objectMode: false }), gunzip);
  // The same error comes out of the loop.
  feeding.catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}
