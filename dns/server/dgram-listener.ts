/** UDP through node:dgram: for systems without the batched calls, and as the yardstick of the benchmark. */
import { setTimeout } from "node:timers/promises";
import { type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES } from "#linux/contract.ts";
import { startDgramServer } from "#linux/udp/dgram.ts";
import { formatOrigin } from "#linux/udp/origin.ts";
import type { Serving, ServingListener, UdpListenerOptions } from "./contract.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import { QueryCounter } from "./query-counter.ts";

/** @throws SystemCallError when the address cannot be bound */
export async function listenDgram(options: UdpListenerOptions): Promise<ServingListener> {
  const { host, port, readers } = options;
  let { serving } = options;
  let counts = serving.createCounts();
  let counter = new QueryCounter(counts, "udp", host.includes(":") ? 6 : 4);
  let fastPath: FastPath | undefined;
  let waiting = 0;
  let isClosing = false;

  const defer = async (origin: Uint8Array, query: Uint8Array): Promise<void> => {
    waiting++;
    try {
      const reply = await serving.answer(query, formatOrigin(origin), "udp");
      if (reply !== undefined) server.send(origin, reply);
    } finally {
      waiting--;
    }
  };
  const answerBatch = (batch: DatagramBatch): void => {
    if (isClosing) return;
    const { bytes } = batch;
    fastPath ??= new FastPath(serving.plan, readers.main, memoryOf(bytes), counter);
    counter.startBatch();
    fastPath.enter();
    for (let slot = 0; slot < batch.count; slot++) {
      const length = batch.lengthOf(slot);
      counter.family = batch.familyOf(slot);
      const offset = slot * SLOT_BYTES;
      const reply = batch.isTruncated(slot)
        ? DEFER
        : fastPath.answer(offset, length, SLOT_BYTES, false);
      if (reply !== DEFER) {
        batch.reply(slot, reply);
        continue;
      }
      const origin = new Uint8Array(ORIGIN_BYTES);
      batch.copyOrigin(slot, origin, 0);
      void defer(origin, Uint8Array.prototype.slice.call(bytes, offset, offset + length));
    }
    fastPath.leave();
    counter.endBatch();
  };
  const adopt = async (next: Serving): Promise<void> => {
    serving.retireCounts(counts);
    serving = next;
    counts = next.createCounts();
    counter = new QueryCounter(counts, "udp", host.includes(":") ? 6 : 4);
    fastPath = undefined;
  };
  const server = await startDgramServer({ address: host, port, reusePort: true }, answerBatch);
  return {
    address: server.local.address,
    port: server.local.port,
    adopt,
    close: async () => {
      isClosing = true;
      while (waiting > 0) await setTimeout(1);
      server.close();
      serving.retireCounts(counts);
    },
  };
}
