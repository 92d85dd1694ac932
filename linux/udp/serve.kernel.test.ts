import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { type BatchedSocket, type DatagramBatch, ORIGIN_BYTES, SLOT_BYTES } from "../contract.ts";
import { openBatchedSocket } from "./batched.ts";
import { encodeOrigin } from "./origin.ts";
import { serveBatches } from "./serve.ts";
import { Client } from "./testing/client.ts";
import type { PingPongWorkerData } from "./testing/ping-pong-worker.ts";

function openLocal(): BatchedSocket {
  const socket = openBatchedSocket({ address: "127.0.0.1", port: 0, reusePort: false });
  onTestFinished(() => socket.close());
  return socket;
}

/** The socket sends to itself, so that a loop on this very thread has something to read. */
function sendToSelf(socket: BatchedSocket, ...payloads: string[]): void {
  const self = encodeOrigin(socket.local);
  for (const payload of payloads) socket.send(self, Buffer.from(payload));
}

const never = (): Int32Array => new Int32Array(1);

describeWhere(["batchedSockets"], "serveBatches", () => {
  test("calls its hooks in order around each batch, and leaves after the batch in hand", () => {
    const socket = openLocal();
    sendToSelf(socket, "a", "b");
    const stop = never();
    const seen: string[] = [];
    serveBatches(
      socket.handle,
      {
        stop,
        beforeReceive: () => seen.push("before"),
        afterReceive: () => seen.push("after"),
        afterSend: (dropped) => seen.push(`sent, ${dropped} dropped`),
      },
      (batch) => {
        seen.push(`handle ${batch.count}`);
        stop[0] = 1;
      },
    );
    expect(seen).toEqual(["before", "after", "handle 2", "sent, 0 dropped"]);
  });

  test("does not read when the stop flag is set already", () => {
    const socket = openLocal();
    const stop = never().fill(1);
    serveBatches(socket.handle, { stop }, () => expect.unreachable());
  });

  test("sees the stop flag although nothing ever arrives and nobody interrupts", () => {
    const stop = never();
    let reads = 0;
    const beforeReceive = (): void => {
      reads++;
      if (reads === 2) stop[0] = 1;
    };
    serveBatches(openLocal().handle, { stop, beforeReceive }, () => expect.unreachable());
    expect(reads).toBe(2);
  });

  test("ends when interrupted, flag or not, and the socket still sends", async () => {
    const socket = openLocal();
    socket.interrupt();
    socket.interrupt();
    serveBatches(socket.handle, { stop: never() }, () => expect.unreachable());
    const client = await Client.open("127.0.0.1", socket.local.port);
    onTestFinished(() => client.close());
    socket.send(encodeOrigin({ address: "127.0.0.1", port: client.port }), Buffer.from("bye"));
    await client.waitFor(1);
    expect(client.answers.map(({ text }) => text)).toEqual(["bye"]);
  });

  test.each([
    { name: "a slot that was not received", slot: 1, lengthBytes: 1 },
    { name: "a negative slot", slot: -1, lengthBytes: 1 },
    { name: "more than a slot holds", slot: 0, lengthBytes: SLOT_BYTES + 1 },
    { name: "a negative length", slot: 0, lengthBytes: -1 },
  ])("refuses a reply of $name", ({ slot, lengthBytes }) => {
    const socket = openLocal();
    sendToSelf(socket, "a");
    const serve = (): void =>
      serveBatches(socket.handle, { stop: never() }, (batch) => batch.reply(slot, lengthBytes));
    expect(serve).toThrow(RangeError);
  });

  test("copies an origin to where it is asked to", () => {
    const socket = openLocal();
    sendToSelf(socket, "a");
    const stop = never();
    const target = new Uint8Array(new SharedArrayBuffer(ORIGIN_BYTES + 24)).fill(0xaa);
    serveBatches(socket.handle, { stop }, (batch: DatagramBatch) => {
      batch.copyOrigin(0, target, 16);
      stop[0] = 1;
    });
    expect(target.subarray(0, 16).every((byte) => byte === 0xaa)).toBe(true);
    expect(target.subarray(16, 32)).toEqual(
      new Uint8Array(encodeOrigin(socket.local).subarray(0, 16)),
    );
    expect(target.subarray(16 + ORIGIN_BYTES).every((byte) => byte === 0xaa)).toBe(true);
  });

  test("throws what the kernel says of a socket that is none", () => {
    const handle = { ...openLocal().handle, fd: -1 };
    const serve = (): void => serveBatches(handle, { stop: never() }, () => {});
    expect(serve).toThrow(expect.objectContaining({ call: "recvmmsg", errnoName: "EBADF" }));
  });

  test("allocates nothing per batch", async () => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const limits = { stop, warmUp: 100_000, interval: 25_000, readings: 8 };
    const reports = await pingPong([openLocal(), openLocal()], limits);
    const complete = reports.filter(({ heapBytes }) => heapBytes.length === limits.readings);
    expect(complete).not.toEqual([]);
    for (const { heapBytes } of complete) {
      const growth = heapBytes.slice(1).map((bytes, index) => bytes - (heapBytes[index] ?? 0));
      // A reading takes 600 bytes itself, and now and then the compiler adds its own; one number a batch would
      // be 6 kB at the largest batches.
      expect(growth.sort((a, b) => a - b)[Math.floor(growth.length / 2)]).toBeLessThan(3_000);
    }
  });
});

describeWhere(["batchedSockets"], "a process whose worker blocks in a read", () => {
  test.each([
    { how: "exit", status: 7 },
    { how: "terminate", status: 7 },
    { how: "throw", status: 1 },
  ])("ends by $how", async ({ how, status }) => {
    const program = fileURLToPath(new URL("./testing/stuck-process.ts", import.meta.url));
    const child = spawn(process.execPath, [program, how], { stdio: "ignore", timeout: 20_000 });
    expect(await once(child, "exit")).toEqual([status, null]);
  });
});

interface PingPongReport {
  readonly heapBytes: readonly number[];
  readonly batches: number;
}

/** Has two loops answer each other until one has read its heap often enough. */
async function pingPong(
  sockets: readonly [BatchedSocket, BatchedSocket],
  limits: Omit<PingPongWorkerData, "handle">,
): Promise<PingPongReport[]> {
  const reports: PingPongReport[] = [];
  const ended = sockets.map(({ handle }) => {
    const workerData: PingPongWorkerData = { handle, ...limits };
    const file = new URL("./testing/ping-pong-worker.ts", import.meta.url);
    const worker = new Worker(file, { workerData });
    worker.on("message", (report: PingPongReport) => reports.push(report));
    return once(worker, "exit");
  });
  const [server, client] = sockets;
  for (let datagram = 0; datagram < 48; datagram++)
    client.send(encodeOrigin(server.local), Buffer.from("ping"));
  await Promise.all(ended);
  return reports;
}
