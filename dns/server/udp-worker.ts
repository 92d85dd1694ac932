/** A worker thread: one socket, one blocking loop, answers from shared memory; the rest goes over the ring. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type DatagramBatch, SLOT_BYTES, type SocketHandle } from "#linux/contract.ts";
import { raiseThreadPriority, type ThreadPriority } from "#linux/thread.ts";
import { serveBatches } from "#linux/udp/serve.ts";
import { FastPath } from "./fast-path.ts";
import { DEFER, memoryOf } from "./in-place.ts";
import { QueryCounter } from "./query-counter.ts";
import { RingProducer } from "./query-ring.ts";
import { CONTROL_ADOPTED, CONTROL_GENERATION, type WorkerServing } from "./worker-control.ts";

/** What the main thread hands to a worker. */
export interface UdpWorkerData {
  readonly socket: SocketHandle;
  readonly serving: WorkerServing;
  /** Place among the readers of the answer tables. */
  readonly reader: number;
  readonly ring: SharedArrayBuffer;
  /** See worker-control.ts. */
  readonly control: Int32Array;
  readonly priority?: ThreadPriority;
}

function serve({ socket, serving, reader, ring, control, priority }: UdpWorkerData): void {
  if (priority !== undefined) raiseThreadPriority(priority);
  const producer = new RingProducer(ring);
  let { plan } = serving;
  let counter = new QueryCounter(serving.counts, "udp", socket.family);
  let fastPath: FastPath | undefined;
  let generation = 0;

  /** The loop blocks the event loop: what was posted is fetched, and what was posted last counts. */
  const adopt = (): void => {
    generation = Atomics.load(control, CONTROL_GENERATION);
    for (let posted = nextServing(); posted !== undefined; posted = nextServing()) {
      plan = posted.plan;
      counter = new QueryCounter(posted.counts, "udp", socket.family);
      fastPath = undefined;
    }
    Atomics.store(control, CONTROL_ADOPTED, generation);
    Atomics.notify(control, CONTROL_ADOPTED);
  };
  const adoptWhatIsNew = (): void => {
    if (Atomics.load(control, CONTROL_GENERATION) !== generation) adopt();
  };

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
    {
      stop: control,
      // A worker without queries follows as well: its counts of before are waited for.
      beforeReceive: adoptWhatIsNew,
      afterReceive: () => {
        adoptWhatIsNew();
        counter.startBatch();
      },
      afterSend: () => counter.endBatch(),
    },
    answerBatch,
  );
}

function nextServing(): WorkerServing | undefined {
  if (parentPort === null) return undefined;
  return receiveMessageOnPort(parentPort)?.message;
}

serve(workerData as UdpWorkerData);
