import { aligned, NLA_F_NESTED } from "#linux/netlink/abi.ts";
import { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { Verdict } from "../contract.ts";
import { DATA, ELEMENT, ELEMENT_INTERVAL_END, LIST_ELEM } from "./abi.ts";
import { writeVerdict } from "./expressions.ts";

/** A list is one attribute, whose length has 16 bits. */
const LIST_BYTES = 0xffff;
/** More than any single element takes: keys, data, a verdict's chain and a comment at their longest. */
const ELEMENT_BYTES = 1024;
/** Kept between lists; a cold load has tens of thousands of chains, and most of them once. */
const MOST_VERDICTS = 1024;

/**
 * The elements of one message. Tens of thousands go through here in a cold load, so attributes are written word by
 * word into memory that is used again, and nothing is allocated per element.
 */
export class ElementList {
  readonly #bytes = Buffer.alloc(LIST_BYTES + 1);
  readonly #words = new Uint32Array(this.#bytes.buffer);
  readonly #verdicts = new Map<string, Uint8Array>();
  #length = 0;

  clear(): void {
    this.#length = 0;
    if (this.#verdicts.size > MOST_VERDICTS) this.#verdicts.clear();
  }

  /** Another element may not fit. */
  get isFull(): boolean {
    return this.#length > LIST_BYTES - ELEMENT_BYTES;
  }

  /** What was written, valid until the list is used again. */
  content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Starts an element; close() takes what it gives. */
  open(): number {
    const start = this.#length;
    this.#length += 4;
    return start;
  }

  close(start: number): void {
    this.#words[start >> 2] = (this.#length - start) | ((LIST_ELEM | NLA_F_NESTED) << 16);
  }

  /** The first bytes of the value as NFTA_DATA_VALUE within the attribute. */
  value(attribute: number, value: Uint8Array, lengthBytes: number): void {
    const word = this.#length >> 2;
    this.#words[word] = (lengthBytes + 8) | ((attribute | NLA_F_NESTED) << 16);
    this.#words[word + 1] = (lengthBytes + 4) | (DATA.value << 16);
    this.#copy(value, lengthBytes, this.#length + 8);
  }

  verdict(verdict: Verdict): void {
    const name = "chain" in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
    let encoded = this.#verdicts.get(name);
    if (encoded === undefined) {
      const writer = new NetlinkWriter();
      writeVerdict(writer, ELEMENT.data, verdict);
      encoded = Uint8Array.from(writer.finish());
      this.#verdicts.set(name, encoded);
    }
    this.#copy(encoded, encoded.length, this.#length);
  }

  /** A time in milliseconds. */
  duration(attribute: number, durationMs: number): void {
    this.#words[this.#length >> 2] = 12 | (attribute << 16);
    this.#bytes.writeBigUInt64BE(BigInt(durationMs), this.#length + 4);
    this.#length += 12;
  }

  attribute(attribute: number, value: Uint8Array): void {
    this.#words[this.#length >> 2] = (value.length + 4) | (attribute << 16);
    this.#copy(value, value.length, this.#length + 4);
  }

  /** The mark of an element that ends a range. */
  intervalEnd(): void {
    this.#words[this.#length >> 2] = 8 | (ELEMENT.flags << 16);
    this.#bytes.writeUInt32BE(ELEMENT_INTERVAL_END, this.#length + 4);
    this.#length += 8;
  }

  #copy(source: Uint8Array, lengthBytes: number, at: number): void {
    const bytes = this.#bytes;
    const end = at + aligned(lengthBytes);
    // The padding is zeroed with the last word.
    this.#words[(end >> 2) - 1] = 0;
    for (let index = 0; index < lengthBytes; index += 1) bytes[at + index] = source[index] ?? 0;
    this.#length = end;
  }
}
