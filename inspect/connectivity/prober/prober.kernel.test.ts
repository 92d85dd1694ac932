/** Servers and attempts over loopback: what they say when all is well, when nobody listens, when nobody answers. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "#test/support/ports.ts";
import type { Attempt, Outcome, SessionReply } from "./contract.ts";
import { serve } from "./serve.ts";
import { runSession } from "./session.ts";

const stop = new AbortController();
const input = new PassThrough();
const waiting = new Map<number, (outcome: Outcome) => void>();
let port: number;
let ended: Promise<unknown>;

function attempt(asked: Attempt): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const id = waiting.size;
  waiting.set(id, resolve);
  input.write(`${JSON.stringify({ id, attempt: asked })}\n`);
  return promise;
}

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  const serving = serve({ port, pod: "p1", node: "n1", stopping: stop.signal });
  const session = runSession(input, (line) => {
    const { id, outcome } = JSON.parse(line) as SessionReply;
    waiting.get(id)?.(outcome);
  });
  ended = Promise.all([serving, session]);
});
afterAll(async () => {
  input.end();
  stop.abort();
  await ended;
});

const server = { pod: "p1", node: "n1", client: "127.0.0.1" };
const local = { host: "127.0.0.1", timeoutMs: 5000 };

test("HTTP with a body that comes back", async () => {
  const outcome = await attempt({ kind: "http", ...local, port, bodyBytes: 1_000_000 });
  expect(outcome).toMatchObject({ kind: "answer", server, bytes: 1_000_000 });
});

test("a datagram", async () => {
  const outcome = await attempt({ kind: "udp", ...local, port, bytes: 1400 });
  expect(outcome).toMatchObject({ kind: "answer", server, bytes: 1400 });
});

test("nobody listens", async () => {
  const [closed = 0] = await freePorts(1);
  const refused = { kind: "failure", reason: "ECONNREFUSED" };
  expect(await attempt({ kind: "http", ...local, port: closed, bodyBytes: 0 })).toMatchObject(
    refused,
  );
  expect(await attempt({ kind: "udp", ...local, port: closed, bytes: 10 })).toMatchObject(refused);
});

test("nobody answers", async () => {
  const silent = createSocket("udp4").bind(0, "127.0.0.1");
  await once(silent, "listening");
  const outcome = await attempt({
    kind: "udp",
    ...local,
    port: silent.address().port,
    bytes: 10,
    timeoutMs: 50,
  });
  silent.close();
  expect(outcome).toMatchObject({ kind: "failure", reason: "no answer in 0.05 s" });
});
