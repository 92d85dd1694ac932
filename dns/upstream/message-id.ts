import { randomFillSync } from "node:crypto";

/** Drawn from the system's generator a kilobyte at a time: one by one, the call costs more than the query. */
const drawn = new Uint16Array(512);
let next = drawn.length;

/** An unpredictable number of 16 bits: a message ID, or the choice of a source port (RFC 5452 §9.2). */
export function randomUint16(): number {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  return drawn[next++] as number;
}

/** The ID in front of a message of at least two bytes. */
export function messageId(message: Uint8Array): number {
  return ((message[0] as number) << 8) | (message[1] as number);
}

/** Puts the ID in front of a message. */
export function setMessageId(message: Uint8Array, id: number): void {
  message[0] = id >>> 8;
  message[1] = id & 0xff;
}
