/** A worker thread: one socket, one blocking loop, answers from shared memory; the rest goes over the ring. */
import { workerData } from "node:worker_threads";
import { type DatagramBatch, SLOT_BYTES, type SocketHandle } from "#linux/contract.ts";
import { raiseThreadPriority, type ThreadPriority } from "#linux/thread.ts";
import { serveBatches } from "#linux/udp/serve.ts";
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import type { FastPlan } from "./plan.ts";
import { QueryCounter } from "./query-counter.ts";
import { RingProducer } from "./query-ring.ts";

/** What the main thread hands to a worker. */
export interface UdpWorkerData {
  readonly socket: SocketHandle;
  readonly plan: FastPlan;
  /** Place among the readers of the answer tables. */
  readonly reader: number;
  readonly ring: SharedArrayBuffer;
  readonly counts: QueryCounts;
  readonly stop: Int32Array;
  readonly priority?: ThreadPriority;
}

function serve({ socket, plan, reader, ring, counts, stop, priority }: UdpWorkerData): void {
  if (priority !== undefined) raiseThreadPriority(priority);
  const producer = new RingProducer(ring);
  const counter = new QueryCounter(counts, "udp", socket.family);
  let fastPath: FastPath | undefined;

  const answerBatch = (batch: DatagramBatch): void => {
    fastPath ??= new FastPath(plan, reader, memoryOf(batch.bytes), counter);
    fastPath.enter();
    for (let slot = 0; slot < batch.count; slot++) {
      const length = batch.lengthOf(slot);
      counter.family = batch.familyOf(slot);
      const reply = batch.isTruncated(slot)
        ? DEFER
        : fastPath.answer(slot * SLOT_BYTES, length, SLOT_BYTES, false);
      if (reply === DEFER) producer.push(batch, slot);
      else batch.reply(slot, reply);
    }
    fastPath.leave();
    producer.flush();
  };
  serveBatches(
    socket,
    { stop, afterReceive: () => counter.startBatch(), afterSend: () => counter.endBatch() },
    answerBatch,
  );
}

serve(workerData as UdpWorkerData);
