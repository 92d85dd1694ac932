import type { LoadQuery } from "../contract.ts";

const headerBytes = 12;
const unchecked = -1;

/** What the answers to a load's queries must be: NOERROR with one record, an A with the address that is known. */
export class AnswerCheck {
  readonly #expected: Float64Array;

  constructor(queries: readonly LoadQuery[]) {
    this.#expected = Float64Array.from(queries, ({ address }) =>
      address === undefined
        ? unchecked
        : Buffer.from(address.split(".").map(Number)).readUInt32BE(0),
    );
  }

  /** Whether the message answers the query of that index. Allocates nothing. */
  isRight(query: number, bytes: Buffer, lengthBytes: number): boolean {
    const expected = this.#expected[query] ?? unchecked;
    if (expected === unchecked) return true;
    if (lengthBytes < headerBytes + 4) return false;
    const rcode = bytes.readUInt8(3) & 15;
    const answers = bytes.readUInt16BE(6);
    const others = bytes.readUInt32BE(8);
    // Nothing stands behind the one record, so that its address ends the message.
    return (
      rcode === 0 &&
      answers === 1 &&
      others === 0 &&
      bytes.readUInt32BE(lengthBytes - 4) === expected
    );
  }
}
