import { parentPort, workerData } from "node:worker_threads";
import type { SocketHandle } from "../../contract.ts";
import { serveBatches } from "../serve.ts";
import { echoHandler } from "./echo-handler.ts";

/** What the thread is started with. */
export interface EchoWorkerData {
  readonly name: string;
  readonly handle: SocketHandle;
  readonly stop: Int32Array;
}

const { name, handle, stop } = workerData as EchoWorkerData;
serveBatches(
  handle,
  { stop },
  echoHandler(name, (late) => parentPort?.postMessage(late)),
);
