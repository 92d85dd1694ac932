import { SLOT_BYTES } from "../contract.ts";

/** A handler's mistake, told apart before it could send another slot's bytes. */
export function refuseReply(slot: number, lengthBytes: number): never {
  throw new RangeError(
    `no reply of ${lengthBytes} bytes from slot ${slot}: one reply a received slot, of 0 to ${SLOT_BYTES} bytes`,
  );
}
