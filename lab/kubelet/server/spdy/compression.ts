import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { dictionary } from "./dictionary.ts";

/** Header blocks of one direction of a connection: each is compressed with what all before it have taught. */
export class HeaderStream {
  readonly #stream: Deflate | Inflate;
  readonly #chunks: Buffer[] = [];

  constructor(direction: "deflate" | "inflate") {
    this.#stream =
      direction === "deflate" ? createDeflate({ dictionary }) : createInflate({ dictionary });
    this.#stream.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
  }

  /** Blocks are to be given one after another, each when the one before is done. */
  async pass(block: Buffer): Promise<Buffer> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.once("error", reject);
      this.#stream.write(block, () => {
        this.#stream.flush(constants.Z_SYNC_FLUSH, () => {
          this.#stream.off("error", reject);
          resolve();
        });
      });
    });
    return Buffer.concat(this.#chunks.splice(0));
  }

  close(): void {
    this.#stream.close();
  }
}
