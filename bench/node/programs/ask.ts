/** In a pod: asks its DNS for one name at a steady rate, whatever comes back, as many clients would. */
import { createSocket } from "node:dgram";
import { answerCalls } from "../../calls.ts";
import { encodeQuery } from "../../data/wire.ts";
import type { Answered, AskRequest } from "../contract.ts";
import { monotonicMs } from "./clock.ts";

const everyMs = 20;
const addressBytes = 4;

const answers: Answered[] = [];
const socket = createSocket("udp4");
socket.on("message", (reply) => {
  if (reply.readUInt16BE(6) === 0) return;
  // The one record is the last thing in the message: no EDNS was asked for.
  const address = reply.subarray(reply.length - addressBytes).join(".");
  answers.push({ atMs: monotonicMs(), address });
});
// Nobody listens while the server is away.
socket.on("error", () => undefined);

function start({ server, name }: AskRequest): void {
  let id = 0;
  setInterval(() => {
    const query = encodeQuery({ name, type: "A", edns: false });
    id = (id + 1) & 0xffff;
    query.writeUInt16BE(id, 0);
    socket.send(query, 53, server);
  }, everyMs);
}

/** The answers since the last call, the oldest first. */
function taken(): readonly Answered[] {
  return answers.splice(0);
}

const calls = { start, taken };
export type AskCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
