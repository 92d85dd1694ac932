/** UDP through node:dgram: for systems without the batched calls, and as the yardstick of the benchmark. */
import { type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES } from "#linux/contract.ts";
import { startDgramServer } from "#linux/udp/dgram.ts";
import { formatOrigin } from "#linux/udp/origin.ts";
import type { Listener } from "./contract.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import { QueryCounter } from "./query-counter.ts";
import type { UdpListenerOptions } from "./udp-listener.ts";

export async function listenDgram(options: UdpListenerOptions): Promise<Listener> {
  const { host, port, plan, readers, createCounts, answer } = options;
  const counter = new QueryCounter(createCounts(), "udp", host.includes(":") ? 6 : 4);
  let fastPath: FastPath | undefined;
  let waiting = 0;

  const defer = async (origin: Uint8Array, query: Uint8Array): Promise<void> => {
    waiting++;
    try {
      const reply = await answer(query, formatOrigin(origin));
      if (reply !== undefined) server.send(origin, reply);
    } finally {
      waiting--;
    }
  };
  const answerBatch = (batch: DatagramBatch): void => {
    const { bytes } = batch;
    fastPath ??= new FastPath(plan, readers[0] as number, memoryOf(bytes), counter);
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
  const server = await startDgramServer({ address: host, port, reusePort: false }, answerBatch);
  return {
    address: server.local.address,
    port: server.local.port,
    close: async () => {
      while (waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      server.close();
    },
  };
}
