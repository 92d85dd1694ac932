import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { openBatchedSocket } from "../batched.ts";
import type { EchoWorkerData } from "./echo-worker.ts";

/**
 * A process whose worker blocks in a read that nobody interrupts, ended in the way that the first argument names:
 * `exit` by process.exit(7), `throw` by an uncaught error, `terminate` by worker.terminate().
 */
const socket = openBatchedSocket({ address: "127.0.0.1", port: 0, reusePort: false });
const stop = new Int32Array(new SharedArrayBuffer(4));
const data: EchoWorkerData = { name: "stuck", handle: socket.handle, stop };
const worker = new Worker(new URL("./echo-worker.ts", import.meta.url), { workerData: data });
// Long enough to be inside the read; should it be later, the test proves less but does not fail.
await sleep(150);
switch (process.argv[2]) {
  case "exit":
    process.exit(7);
    break;
  case "terminate":
    await worker.terminate();
    process.exitCode = 7;
    break;
  default:
    throw new Error("nobody catches this");
}
