import { randomFillSync } from "node:crypto";

/** Drawn from the system's generator a kilobyte at a time: one by one, the call costs more than the query. */
const drawn = new Uint16Array(512);
let next = drawn.length;

/** An unpredictable message ID (RFC 5452 §9.2). */
export function randomMessageId(): number {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  return drawn[next++] as number;
}

/** Puts the ID in front of a message. */
export function setMessageId(message: Uint8Array, id: number): void {
  message[0] = id >>> 8;
  message[1] = id & 0xff;
}
