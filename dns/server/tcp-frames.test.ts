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
          return true;
        });
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length] as number;
          reader.append(stream.subarray(at, at + size));
          reader.proceed();
          at += size;
        }
        expect(received).toEqual(sent.map((message) => new Uint8Array(message)));
      }),
    );
  });

  it("keeps what is not wanted yet, while more arrives", () => {
    const taken: number[] = [];
    const reader = new FrameReader((buffer, offset) => {
      taken.push(buffer[offset] ?? 0);
      return taken.length % 2 !== 0;
    });
    reader.append(framed([1, 2, 3].map((value) => Uint8Array.of(value))));
    expect(reader.proceed()).toBe(2);
    reader.append(framed([4, 5].map((value) => Uint8Array.of(value))));
    expect([reader.proceed(), reader.proceed(), reader.proceed()]).toEqual([2, 1, 0]);
    expect(taken).toEqual([1, 2, 3, 4, 5]);
  });
});
