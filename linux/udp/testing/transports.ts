import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DatagramServer, DatagramSocketOptions } from "../../contract.ts";
import { openBatchedSocket } from "../batched.ts";
import { startDgramServer } from "../dgram.ts";
import { echoHandler, type LateAnswer } from "./echo-handler.ts";
import type { EchoWorkerData } from "./echo-worker.ts";

export interface EchoServer {
  readonly server: DatagramServer;
  /** Resolves when nothing of it runs any more and the port is free. */
  stop(): Promise<void>;
}

export interface Transport {
  readonly name: "batched" | "dgram";
  start(name: string, options: DatagramSocketOptions): Promise<EchoServer>;
}

const batched: Transport = {
  name: "batched",
  start: async (name, options) => {
    const socket = openBatchedSocket(options);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const data: EchoWorkerData = { name, handle: socket.handle, stop };
    const worker = new Worker(new URL("./echo-worker.ts", import.meta.url), { workerData: data });
    const exited = once(worker, "exit");
    worker.on("message", ({ origin, payload }: LateAnswer) => socket.send(origin, payload));
    return {
      server: socket,
      stop: async () => {
        Atomics.store(stop, 0, 1);
        socket.interrupt();
        await exited;
        socket.close();
      },
    };
  },
};

const dgram: Transport = {
  name: "dgram",
  start: async (name, options) => {
    const late: LateAnswer[] = [];
    const sendAll = (): void => {
      for (const { origin, payload } of late.splice(0)) server.send(origin, payload);
    };
    const server = await startDgramServer(
      options,
      echoHandler(name, (answer) => {
        late.push(answer);
        setImmediate(sendAll);
      }),
    );
    return { server, stop: async () => server.close() };
  },
};

export const transports: readonly Transport[] = [batched, dgram];
