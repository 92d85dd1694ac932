import {
  type DatagramBatch,
  type DatagramBatchHandler,
  ORIGIN_BYTES,
  SLOT_BYTES,
} from "../../contract.ts";
import { formatOrigin } from "../origin.ts";

/** An answer that the server's owner is to send, behind the handler's back. */
export interface LateAnswer {
  readonly origin: Uint8Array;
  readonly payload: Uint8Array;
}

const STALL_MS = 100;

/**
 * Sends datagrams back as they came, unless their first words say otherwise:
 * `silent` no answer · `first N` the first N bytes only · `grow N` as many bytes · `describe` length and truncation ·
 * `who` the sender's address · `family` the sender's family · `name` the server's name · `late` answered through
 * sendLate · `stall` so that the next ones queue up.
 */
export function echoHandler(
  name: string,
  sendLate: (answer: LateAnswer) => void,
): DatagramBatchHandler {
  return (batch) => {
    for (let slot = 0; slot < batch.count; slot++) {
      const length = batch.lengthOf(slot);
      const [word, argument] = textOf(batch, slot, length).split(" ");
      if (word === "silent") continue;
      if (word === "stall") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS);
      if (word === "late") sendLate({ origin: originOf(batch, slot), payload: lateAnswer(length) });
      else if (word === "first" || word === "grow") batch.reply(slot, Number(argument));
      else if (word === "who") answer(batch, slot, formatOrigin(originOf(batch, slot)));
      else if (word === "family") answer(batch, slot, batch.familyOf(slot));
      else if (word === "name") answer(batch, slot, name);
      else if (word === "describe")
        answer(batch, slot, { length, truncated: batch.isTruncated(slot) });
      else batch.reply(slot, length);
    }
  };
}

function lateAnswer(length: number): Buffer {
  return Buffer.from(`late answer to ${length} bytes`);
}

function answer(batch: DatagramBatch, slot: number, value: unknown): void {
  batch.reply(slot, batch.bytes.write(JSON.stringify(value), slot * SLOT_BYTES));
}

function textOf(batch: DatagramBatch, slot: number, length: number): string {
  return batch.bytes.toString("latin1", slot * SLOT_BYTES, slot * SLOT_BYTES + length);
}

function originOf(batch: DatagramBatch, slot: number): Uint8Array {
  const origin = new Uint8Array(ORIGIN_BYTES);
  batch.copyOrigin(slot, origin, 0);
  return origin;
}
