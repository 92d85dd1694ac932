/**
 * Asks for one name in an open loop until its input ends, then prints a LoadReport. Each try has a socket, and so a
 * source port, of its own, as resolvers do it; a query that times out is tried once more.
 * Usage: client.ts ADDRESS QUERIES_A_SECOND TIMEOUT_MS
 */
import { createSocket } from "node:dgram";
import { createHistogram } from "node:perf_hooks";
import { questionBytes } from "#test/conformance/question.ts";
import type { LoadReport } from "./contract.ts";

const [address = "", rate = "0", timeout = "0"] = process.argv.slice(2);
const perSecond = Number(rate);
const timeoutMs = Number(timeout);
const question = questionBytes("kubernetes.default.svc.cluster.local. A");

const counts = { asked: 0, first: 0, second: 0, lost: 0, wrong: 0 };
const latency = createHistogram();
let waiting = 0;
let behindMs = 0;
let isEnding = false;

function ask(number: number, isSecond: boolean): void {
  const startMs = performance.now();
  const socket = createSocket("udp4");
  const query = Buffer.from(question);
  query.writeUInt16BE(number & 0xffff, 0);
  let isOver = false;
  const giveUp = (): void => {
    if (isOver) return;
    socket.close();
    if (isSecond) counts.lost += 1;
    else ask(number, true);
    if (isSecond) done();
  };
  // After a moment in which this process stood still an answer may wait to be read: that comes before it is given up.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  // A refusal is one more way to be without an answer: the time-out decides.
  socket.on("error", () => {});
  socket.on("message", (answer) => {
    if (answer.readUInt16BE(0) !== (number & 0xffff)) return;
    clearTimeout(timer);
    isOver = true;
    socket.close();
    const isGood = (answer.readUInt8(3) & 0x0f) === 0 && answer.readUInt16BE(6) > 0;
    if (!isGood) counts.wrong += 1;
    if (isSecond) counts.second += 1;
    else {
      counts.first += 1;
      latency.record(Math.max(1, Math.round((performance.now() - startMs) * 1000)));
    }
    done();
  });
  socket.send(query, 53, address);
}

function done(): void {
  waiting -= 1;
  if (isEnding && waiting === 0) report();
}

function report(): void {
  const ms = (percentile: number): number => latency.percentile(percentile) / 1000;
  const result: LoadReport = { ...counts, p50Ms: ms(50), p99Ms: ms(99), behindMs };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
}

const beginMs = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - beginMs) * perSecond) / 1000);
  behindMs = Math.max(behindMs, ((due - counts.asked) * 1000) / perSecond);
  while (counts.asked < due) {
    counts.asked += 1;
    waiting += 1;
    ask(counts.asked, false);
  }
}, 1);

process.stdin.resume();
process.stdin.on("end", () => {
  clearInterval(timer);
  isEnding = true;
  if (waiting === 0) report();
});
