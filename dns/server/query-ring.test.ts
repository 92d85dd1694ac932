import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES } from "#linux/contract.ts";
import { createRingBuffer, RING_BYTES, RingConsumer, RingProducer } from "./query-ring.ts";

/** A batch of one datagram whose bytes and origin tell which it is. */
function batchOf(id: number, length: number): DatagramBatch {
  const bytes = Buffer.alloc(SLOT_BYTES, id & 0xff);
  return {
    bytes,
    count: 1,
    lengthOf: () => length,
    isTruncated: () => false,
    familyOf: () => 4,
    reply: () => {
      throw new Error("the ring sends nothing");
    },
    copyOrigin: (_slot, target, offset) =>
      target.fill((id + 1) & 0xff, offset, offset + ORIGIN_BYTES),
  };
}

describe("the query ring", () => {
  it("hands over what was pushed, in order and whole, through any interleaving and wrap", () => {
    const push = fc.record({ length: fc.integer({ min: 0, max: SLOT_BYTES }) });
    const drain = fc.record({ limit: fc.integer({ min: 0, max: 40 }) });
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: push }, drain), { maxLength: 400, size: "max" }),
        (steps) => {
          const buffer = createRingBuffer();
          const producer = new RingProducer(buffer);
          const consumer = new RingConsumer(buffer);
          const expected: { id: number; length: number }[] = [];
          let id = 0;
          let refused = 0;
          const take = (origin: Uint8Array, query: Uint8Array): void => {
            const next = expected.shift();
            expect({ length: query.length, origin: origin[0] }).toEqual({
              length: next?.length,
              origin: ((next?.id ?? 0) + 1) & 0xff,
            });
            expect(query.every((byte) => byte === ((next?.id ?? 0) & 0xff))).toBe(true);
          };
          for (const step of steps) {
            if ("limit" in step) consumer.drain(step.limit, take);
            else if (producer.push(batchOf(id, step.length), 0))
              expected.push({ id: id++, length: step.length });
            else refused++;
          }
          consumer.drain(Number.POSITIVE_INFINITY, take);
          expect(expected).toEqual([]);
          expect(consumer.dropped).toBe(refused);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("drops and counts what does not fit, and takes queries again once drained", () => {
    const buffer = createRingBuffer();
    const producer = new RingProducer(buffer);
    const consumer = new RingConsumer(buffer);
    let pushed = 0;
    while (producer.push(batchOf(pushed, 1000), 0)) pushed++;
    expect(pushed).toBe(Math.floor(RING_BYTES / (4 + ORIGIN_BYTES + 1000)));
    expect(consumer.dropped).toBe(1);
    expect(consumer.drain(10, () => {})).toBe(10);
    expect(producer.push(batchOf(pushed, 1000), 0)).toBe(true);
  });

  it("wakes a waiting consumer once a batch", async () => {
    const buffer = createRingBuffer();
    const producer = new RingProducer(buffer);
    const consumer = new RingConsumer(buffer);
    const woken = consumer.wait();
    producer.push(batchOf(1, 30), 0);
    producer.flush();
    await woken;
    expect(consumer.drain(1, () => {})).toBe(1);
  });
});
