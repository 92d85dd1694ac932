import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const DEFAULT_FIRST = 25_000;
const SPAN = 1000;

/**
 * As many ports as asked that are free for TCP and UDP on loopback, all different. They lie below the range that the
 * kernel hands out by itself, so that no client socket takes one before the server does.
 * @param first of the thousand ports to choose from: suites that run at the same time choose apart
 */
export async function freePorts(count: number, first = DEFAULT_FIRST): Promise<number[]> {
  const found: number[] = [];
  const start = Math.floor(Math.random() * SPAN);
  for (let step = 0; step < SPAN && found.length < count; step++) {
    const port = first + ((start + step) % SPAN);
    if (await isFree(port)) found.push(port);
  }
  if (found.length < count)
    throw new Error(`only ${found.length} free ports in ${first}..${first + SPAN - 1}`);
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket("udp4");
  try {
    await bound(server, () => server.listen(port, "127.0.0.1"), "listening");
    await bound(socket, () => socket.bind(port, "127.0.0.1"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    socket.close();
  }
}

/** Resolves at the event; rejects when an "error" comes first. */
async function bound(emitter: NodeJS.EventEmitter, bind: () => void, event: string): Promise<void> {
  const ready = once(emitter, event);
  bind();
  await ready;
}
