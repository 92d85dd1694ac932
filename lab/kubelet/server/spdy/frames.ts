/** Frames of SPDY/3.1 as bytes (draft-mbelshe-httpbis-spdy-00, section 2.2), as far as port forwarding uses them. */

export type Frame =
  | {
      readonly kind: "data";
      readonly stream: number;
      readonly isLast: boolean;
      readonly body: Buffer;
    }
  | {
      readonly kind: "open";
      readonly stream: number;
      readonly isLast: boolean;
      readonly headers: Buffer;
    }
  | { readonly kind: "reset"; readonly stream: number }
  | { readonly kind: "ping"; readonly body: Buffer }
  /** Of no consequence here: settings, windows, priorities, goodbyes. */
  | { readonly kind: "other" };

const headBytes = 8;
const version = 3;
const type = { open: 1, reply: 2, reset: 3, ping: 6 } as const;
const fin = 1;

/** Whole frames at the start of the bytes, and what is left of them. */
export function readFrames(bytes: Buffer): {
  readonly frames: readonly Frame[];
  readonly rest: Buffer;
} {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= headBytes) {
    const length = bytes.readUIntBE(at + 5, 3);
    if (bytes.length - at < headBytes + length) break;
    const body = bytes.subarray(at + headBytes, at + headBytes + length);
    frames.push(frameOf(bytes.readUInt32BE(at), bytes.readUInt8(at + 4), body));
    at += headBytes + length;
  }
  return { frames, rest: bytes.subarray(at) };
}

function frameOf(word: number, flags: number, body: Buffer): Frame {
  const isLast = (flags & fin) !== 0;
  if (word < 0x8000_0000) return { kind: "data", stream: word, isLast, body };
  switch (word & 0xffff) {
    case type.open:
      return { kind: "open", stream: streamOf(body), isLast, headers: body.subarray(10) };
    case type.reset:
      return { kind: "reset", stream: streamOf(body) };
    case type.ping:
      return { kind: "ping", body };
    default:
      return { kind: "other" };
  }
}

function streamOf(body: Buffer): number {
  return body.readUInt32BE(0) & 0x7fff_ffff;
}

export function dataFrame(stream: number, body: Buffer, isLast: boolean): Buffer {
  return Buffer.concat([head(stream, isLast ? fin : 0, body.length), body]);
}

/** @param headers compressed */
export function replyFrame(stream: number, headers: Buffer): Buffer {
  return control(type.reply, Buffer.concat([uint32(stream), headers]));
}

export function resetFrame(stream: number): Buffer {
  const internalError = 6;
  return control(type.reset, Buffer.concat([uint32(stream), uint32(internalError)]));
}

export function pingFrame(body: Buffer): Buffer {
  return control(type.ping, body);
}

function control(kind: number, body: Buffer): Buffer {
  // The highest bit says that it is none of data.
  return Buffer.concat([head(((0x8000 | version) * 0x1_0000 + kind) >>> 0, 0, body.length), body]);
}

function head(word: number, flags: number, length: number): Buffer {
  const bytes = Buffer.alloc(headBytes);
  bytes.writeUInt32BE(word, 0);
  bytes.writeUInt8(flags, 4);
  bytes.writeUIntBE(length, 5, 3);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Name-value pairs of a header block that is no longer compressed. */
export function readHeaders(block: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = (): string => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.toString("utf8", at - length, at);
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}
