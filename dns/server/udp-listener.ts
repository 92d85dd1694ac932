/** UDP on one address: sockets that share the port, and a worker thread each. */
import type { BatchedSocket } from "#linux/contract.ts";
import { openBatchedSocket } from "#linux/udp/batched.ts";
import type { ServingListener, UdpListenerOptions } from "./contract.ts";
import { UdpWorker } from "./udp-worker-owner.ts";

/** Receive and send buffers of a socket: a second of bursts at 10 k queries/s of some 200 bytes. */
const SOCKET_BUFFER_BYTES = 4 << 20;

/** @throws SystemCallError when the address cannot be bound */
export async function listenUdp(options: UdpListenerOptions): Promise<ServingListener> {
  const sockets = openSockets(options);
  const workers = sockets.map((socket) => new UdpWorker(socket, options));
  await Promise.all(workers.map((worker) => worker.online()));
  const { address, port } = (sockets[0] as BatchedSocket).local;
  return {
    address,
    port,
    adopt: async (serving) => {
      await Promise.all(workers.map((worker) => worker.adopt(serving)));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function openSockets({ host, port: wanted, sockets: count }: UdpListenerOptions): BatchedSocket[] {
  const sockets: BatchedSocket[] = [];
  try {
    while (sockets.length < count) {
      sockets.push(
        openBatchedSocket({
          address: host,
          // Port 0 is chosen by the kernel for the first socket; the others join it.
          port: sockets[0]?.local.port ?? wanted,
          // Also for one socket: an address may be opened beside a wider one that is about to go, or to stay.
          reusePort: true,
          bufferBytes: SOCKET_BUFFER_BYTES,
        }),
      );
    }
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
  return sockets;
}
