import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setMessageId } from "./message-id.ts";
import { UdpPool } from "./udp-pool.ts";

const QUERY = Buffer.from("0000010000010000000000000161000001" + "0001", "hex");
const LIMITS = { timeoutMs: 2000, onIgnored: () => undefined };
const SOCKETS = 256;

let server: Socket;
let ports: number[] = [];
let nowMs = 0;
let pool: UdpPool;

beforeEach(async () => {
  ports = [];
  nowMs = 0;
  server = createSocket("udp4").bind(0, "127.0.0.1");
  server.on("message", (query, { port }) => {
    ports.push(port);
    query[2] = 0x81;
    server.send(query, port, "127.0.0.1");
  });
  await once(server, "listening");
  const to = { family: 4, host: "127.0.0.1", port: server.address().port } as const;
  pool = new UdpPool(to, () => nowMs);
});

afterEach(() => {
  pool.close();
  server.close();
});

async function ask(id: number): Promise<boolean> {
  const query = Uint8Array.from(QUERY);
  setMessageId(query, id);
  const { socket, reused } = pool.take(id);
  const reply = await socket.exchange(query, LIMITS);
  expect([reply[0], reply[1]]).toEqual([query[0], query[1]]);
  return reused;
}

test("each query has a source port of its own until there are 256, then one of these", async () => {
  for (let id = 0; id < SOCKETS; id++) expect(await ask(id)).toBe(false);
  const opened = new Set(ports);
  expect(opened.size).toBe(SOCKETS);
  ports = [];
  for (let id = 0; id < SOCKETS; id++) expect(await ask(id)).toBe(true);
  expect(ports.every((port) => opened.has(port))).toBe(true);
  // Drawn, not taken in turn: a permutation is as good as impossible.
  expect(new Set(ports).size).toBeLessThan(SOCKETS);
});

test("a source port serves for a second", async () => {
  for (let id = 0; id < SOCKETS; id++) await ask(id);
  const opened = new Set(ports);
  ports = [];
  nowMs = 1000;
  for (let id = 0; id < SOCKETS; id++) expect(await ask(id)).toBe(false);
  const kept = ports.filter((port) => opened.has(port));
  // The kernel may draw a port that it has just been given back.
  expect(kept.length).toBeLessThan(SOCKETS / 4);
});

test("queries of one ID wait at different sockets", async () => {
  for (let id = 0; id < SOCKETS; id++) await ask(id);
  server.removeAllListeners("message");
  const taken = Array.from({ length: 40 }, () => {
    const { socket } = pool.take(7);
    const query = Uint8Array.from(QUERY);
    setMessageId(query, 7);
    socket.exchange(query, { ...LIMITS, timeoutMs: 1 }).catch(() => undefined);
    return socket;
  });
  expect(new Set(taken).size).toBe(taken.length);
});

test("what waits when the pool is closed still gets its reply", async () => {
  const asked = ask(1);
  pool.close();
  await asked;
});
