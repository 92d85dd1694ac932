import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import type { SocketHandle } from "../../contract.ts";
import { serveBatches } from "../serve.ts";

/** What each of the two loops that answer each other is started with. */
export interface PingPongWorkerData {
  readonly handle: SocketHandle;
  readonly stop: Int32Array;
  /** Datagrams before the first reading of the heap, and between two readings. */
  readonly warmUp: number;
  readonly interval: number;
  readonly readings: number;
}

const { handle, stop, warmUp, interval, readings } = workerData as PingPongWorkerData;
const heapBytes: number[] = [];
let datagrams = 0;
let batches = 0;
let nextReading = warmUp;

serveBatches(handle, { stop }, (batch) => {
  for (let slot = 0; slot < batch.count; slot++) batch.reply(slot, batch.lengthOf(slot));
  datagrams += batch.count;
  batches++;
  if (datagrams < nextReading) return;
  nextReading += interval;
  heapBytes.push(getHeapStatistics().used_heap_size);
  if (heapBytes.length === readings) Atomics.store(stop, 0, 1);
});
parentPort?.postMessage({ heapBytes, batches });
