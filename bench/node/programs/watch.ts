/** In a pod: asks for a name and connects to a ClusterIP again and again until both are there, or gone. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { answerCalls } from "../../calls.ts";
import { encodeQuery } from "../../data/wire.ts";
import type { Seen, WatchRequest } from "../contract.ts";
import { monotonicMs } from "./clock.ts";

/** Between two attempts: its half is in each figure. */
const pauseMs = 4;
const attemptTimeoutMs = 200;

async function untilThere({ pulse, server, timeoutMs }: WatchRequest): Promise<Seen> {
  const endMs = monotonicMs() + timeoutMs;
  const [answeredAtMs, connectedAtMs] = await Promise.all([
    until(() => isAnswered(server, pulse.dnsName), true, endMs),
    until(() => isConnected(pulse.clusterIp, pulse.port), true, endMs),
  ]);
  return { answeredAtMs, connectedAtMs };
}

async function untilGone({ pulse, server, timeoutMs }: WatchRequest): Promise<void> {
  const endMs = monotonicMs() + timeoutMs;
  await Promise.all([
    until(() => isAnswered(server, pulse.dnsName), false, endMs),
    until(() => isConnected(pulse.clusterIp, pulse.port), false, endMs),
  ]);
}

async function until(
  attempt: () => Promise<boolean>,
  wanted: boolean,
  endMs: number,
): Promise<number> {
  for (;;) {
    const is = await attempt();
    const nowMs = monotonicMs();
    if (is === wanted) return nowMs;
    if (nowMs > endMs) throw new Error(`not ${wanted ? "there" : "gone"} in time`);
    await sleep(pauseMs);
  }
}

/** One socket for all questions: making one costs as much as the answer. */
const socket = createSocket("udp4");
let lastId = 0;

/** Whether the name has an address: one record of the answer section (RFC 1035 §4.1.1). */
async function isAnswered(server: string, name: string): Promise<boolean> {
  const query = encodeQuery({ name, type: "A", edns: false });
  lastId = (lastId + 1) & 0xffff;
  query.writeUInt16BE(lastId, 0);
  socket.send(query, 53, server);
  const signal = AbortSignal.timeout(attemptTimeoutMs);
  try {
    for (;;) {
      const [reply] = (await once(socket, "message", { signal })) as [Buffer];
      if (reply.readUInt16BE(0) === lastId) return reply.readUInt16BE(6) > 0;
    }
  } catch {
    return false;
  }
}

async function isConnected(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(attemptTimeoutMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const calls = { untilThere, untilGone };
export type WatchCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
