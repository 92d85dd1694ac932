import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "./tcp-frames.ts";

function framed(messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => [
      Buffer.from([message.length >> 8, message.length & 0xff]),
      message,
    ]),
  );
}

describe("FrameReader", () => {
  it("finds the same messages however the stream is cut", () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 });
    fc.assert(
      fc.property(messages, cuts, (sent, sizes) => {
        const stream = framed(sent);
        const received: Uint8Array[] = [];
        const reader = new FrameReader((buffer, offset, length) => {
          received.push(new Uint8Array(buffer.subarray(offset, offset + length)));
        });
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] as number;
          reader.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(received).toEqual(sent.map((message) => new Uint8Array(message)));
      }),
    );
  });
});
