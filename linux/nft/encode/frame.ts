import {
  NLM_F_ACK,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
} from "#linux/netlink/abi.ts";
import { NetlinkWriter } from "#linux/netlink/writer.ts";
import type { TableFamily } from "../contract.ts";
import { families, NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END, SUBSYSTEM_RESOURCE } from "./abi.ts";

/** What each message of a batch does, for the errors that the kernel tells by a message's number. */
export interface MessageOrigin {
  /** Index of the operation; undefined for the batch's own frame. */
  readonly operation: number | undefined;
  /** Index within the operation of the message's first element. */
  readonly firstElement: number;
  /** Where the message starts in the batch, in bytes. */
  readonly start: number;
}

/** A transaction as it goes to the kernel. The number (sequence) of a message is its index in `origins`. */
export interface Batch {
  readonly bytes: Buffer;
  readonly origins: readonly MessageOrigin[];
}

export const REMOVE = 0;
export const CREATE = NLM_F_CREATE;
export const CREATE_ANEW = NLM_F_CREATE | NLM_F_EXCL;
export const CREATE_LAST = NLM_F_CREATE | NLM_F_APPEND;

const FLAGS_OFFSET = 6;
/** The messages of one batch between those that open and close it (nfnetlink's NFNL_MSG_BATCH_BEGIN and _END). */
export class BatchFrame {
  readonly #family: number;
  readonly #writer: NetlinkWriter;
  readonly #origins: MessageOrigin[] = [];
  #operation = -1;

  constructor(family: TableFamily, initialBytes: number) {
    // Not of the pool that small buffers share: it may be handed to another thread.
    this.#writer = new NetlinkWriter(Buffer.allocUnsafeSlow(initialBytes));
    this.#family = families[family];
    this.#write(NFNL_MSG_BATCH_BEGIN, 0, Uint8Array.of(0, 0, 0, SUBSYSTEM_RESOURCE), 0);
  }

  /** The messages from now on belong to the next operation. */
  nextOperation(): void {
    this.#operation += 1;
  }

  message(
    type: number,
    flags: number,
    write: (writer: NetlinkWriter) => unknown,
    firstElement = 0,
  ): this {
    this.#write(type, flags, Uint8Array.of(this.#family, 0, 0, 0), firstElement, write);
    return this;
  }

  /** Closes the batch. The last message asks for an answer, so that silence is never taken for success. */
  finish(): Batch {
    const last = this.#origins.at(-1);
    this.#operation = -1;
    this.#write(NFNL_MSG_BATCH_END, 0, Uint8Array.of(0, 0, 0, SUBSYSTEM_RESOURCE), 0);
    const bytes = this.#writer.finish();
    if (last?.operation !== undefined)
      bytes.writeUInt16LE(
        bytes.readUInt16LE(last.start + FLAGS_OFFSET) | NLM_F_ACK,
        last.start + FLAGS_OFFSET,
      );
    return { bytes, origins: this.#origins };
  }

  #write(
    type: number,
    flags: number,
    header: Uint8Array,
    firstElement: number,
    write?: (writer: NetlinkWriter) => unknown,
  ): void {
    this.#origins.push({
      operation: this.#operation < 0 ? undefined : this.#operation,
      firstElement,
      start: this.#writer.lengthBytes,
    });
    this.#writer.begin(type, NLM_F_REQUEST | flags, this.#origins.length - 1).raw(header);
    write?.(this.#writer);
    this.#writer.end();
  }
}
