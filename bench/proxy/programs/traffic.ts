/** TCP clients and servers of one place: connections that are only set up, and streams. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { tcpConnector } from "#linux/tcp-connect.ts";
import { answerCalls } from "../../calls.ts";
import { quantile } from "../../stats.ts";
import type { SetUpFigures, Target } from "../contract.ts";

interface SetUpRequest {
  /** Connected to in turn, so that whatever disturbs meets all alike. */
  readonly targets: readonly Target[];
  readonly connectionsEach: number;
  readonly perSecond: number;
}

interface StreamRequest {
  readonly target: Target;
  readonly seconds: number;
}

const backlog = 4_096;
const chunk = Buffer.alloc(262_144);

/** Accepts and says nothing; or sends as much as is taken. */
async function serve(request: { readonly port: number; readonly sends: boolean }): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // Clients end with RST.
    if (!request.sends) return void socket.resume();
    const feed = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", feed);
    feed();
  });
  server.listen({ port: request.port, host: "0.0.0.0", backlog });
  await once(server, "listening");
}

/** Holds this thread until it is done: its own event loop would be in the figures. */
function setUp({ targets, connectionsEach, perSecond }: SetUpRequest): readonly SetUpFigures[] {
  const connectors = targets.map(({ address, port }) => tcpConnector(address, port));
  const results = targets.map((): (number | undefined)[] => []);
  const startMs = performance.now();
  let count = 0;
  for (let turn = 0; turn < connectionsEach; turn += 1) {
    for (const [index, connectOnce] of connectors.entries()) {
      const dueMs = startMs + (1000 * count) / perSecond;
      while (performance.now() < dueMs);
      results[index]?.push(connectOnce());
      count += 1;
    }
  }
  return results.map((all) => {
    const tookUs = all.filter((one) => one !== undefined);
    return {
      p50Us: quantile(tookUs, 0.5),
      p99Us: quantile(tookUs, 0.99),
      failed: all.length - tookUs.length,
    };
  });
}

/** Gbit/s of what a server sends. */
async function stream({ target, seconds }: StreamRequest): Promise<number> {
  const socket = connect({
    ...target,
    host: target.address,
    onread: { buffer: Buffer.alloc(1_048_576), callback: counted },
  });
  let bytes = 0;
  function counted(read: number): boolean {
    bytes += read;
    return true;
  }
  await once(socket, "connect");
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const gigabits = (bytes * 8) / 1e9;
  const tookSeconds = (performance.now() - startMs) / 1000;
  socket.on("error", () => {});
  socket.resetAndDestroy();
  return gigabits / tookSeconds;
}

const calls = { serve, setUp, stream };
export type TrafficCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
