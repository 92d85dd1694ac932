import { HeaderStream } from "./compression.ts";
import {
  dataFrame,
  type Frame,
  pingFrame,
  readFrames,
  readHeaders,
  replyFrame,
  resetFrame,
} from "./frames.ts";

/** One stream that the client has opened. */
export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  write(chunk: Buffer): void;
  /** Nothing more comes from here. */
  end(): void;
  reset(): void;
  /** Set by whoever serves the stream. */
  data: (chunk: Buffer) => void;
  ended: () => void;
  /** The client has given the stream, or all, up. */
  gone: () => void;
}

const ignore = (): void => {};

/** The server's side of a SPDY/3.1 connection whose streams the client opens. There is no flow control in it. */
export class SpdySession {
  readonly #send: (bytes: Buffer) => void;
  readonly #opened: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  /** Streams in which one side has said its last. */
  readonly #halfClosed = new Set<number>();
  readonly #inflate = new HeaderStream("inflate");
  readonly #deflate = new HeaderStream("deflate");
  #rest = Buffer.alloc(0);
  #work: Promise<void> = Promise.resolve();

  constructor(send: (bytes: Buffer) => void, opened: (stream: SpdyStream) => void) {
    this.#send = send;
    this.#opened = opened;
  }

  /** What has come from the client. @returns once it is dealt with; rejects for bytes that are no SPDY */
  receive(bytes: Buffer): Promise<void> {
    this.#work = this.#work.then(async () => {
      const { frames, rest } = readFrames(Buffer.concat([this.#rest, bytes]));
      this.#rest = Buffer.from(rest);
      for (const frame of frames) await this.#take(frame);
    });
    return this.#work;
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.gone();
    this.#streams.clear();
    this.#inflate.close();
    this.#deflate.close();
  }

  async #take(frame: Frame): Promise<void> {
    if (frame.kind === "ping") this.#send(pingFrame(frame.body));
    else if (frame.kind === "open") await this.#open(frame.stream, frame.headers, frame.isLast);
    else if (frame.kind === "data") {
      const stream = this.#streams.get(frame.stream);
      if (frame.body.length > 0) stream?.data(Buffer.from(frame.body));
      if (frame.isLast && stream !== undefined) this.#endedThere(frame.stream, stream);
    } else if (frame.kind === "reset") {
      this.#streams.get(frame.stream)?.gone();
      this.#forget(frame.stream);
    }
  }

  #endedThere(id: number, stream: SpdyStream): void {
    stream.ended();
    this.#halfClose(id);
  }

  /** A stream that both sides have closed is over: a session may see any number of them. */
  #halfClose(id: number): void {
    if (this.#halfClosed.has(id)) this.#forget(id);
    else this.#halfClosed.add(id);
  }

  #forget(id: number): void {
    this.#streams.delete(id);
    this.#halfClosed.delete(id);
  }

  async #open(id: number, compressed: Buffer, isLast: boolean): Promise<void> {
    const headers = readHeaders(await this.#inflate.pass(compressed));
    const stream: SpdyStream = {
      headers,
      write: (chunk) => this.#send(dataFrame(id, chunk, false)),
      end: () => {
        this.#send(dataFrame(id, Buffer.alloc(0), true));
        this.#halfClose(id);
      },
      reset: () => {
        this.#send(resetFrame(id));
        this.#forget(id);
      },
      data: ignore,
      ended: ignore,
      gone: ignore,
    };
    this.#streams.set(id, stream);
    const noHeaders = Buffer.alloc(4);
    this.#send(replyFrame(id, await this.#deflate.pass(noHeaders)));
    this.#opened(stream);
    if (isLast) this.#endedThere(id, stream);
  }
}
