import { FairleadError } from "#observe/errors.ts";
import { errnoName } from "../errors.ts";
import type { Acknowledgement } from "./contract.ts";

/** A request that the kernel refused, in its own words where it had some (extended ACK). */
export class NetlinkError extends FairleadError {
  /** What was asked for, for example "add the route 10.1.0.0/16". */
  readonly operation: string;
  readonly errno: number;
  readonly errnoName: string;
  /** The kernel's own sentence; "" if it gave none. */
  readonly kernelMessage: string;
  /** Where in the request the attribute at fault lies, in bytes; undefined where the kernel does not say. */
  readonly offset: number | undefined;

  constructor(operation: string, refusal: Omit<Acknowledgement, "sequence">) {
    const name = errnoName(refusal.errno);
    const words = refusal.message === "" ? "" : `: ${refusal.message}`;
    const place = refusal.offset === undefined ? "" : ` (at byte ${refusal.offset} of the request)`;
    super("FL-L005", `cannot ${operation}: netlink: ${name}${words}${place}`);
    this.operation = operation;
    this.errno = refusal.errno;
    this.errnoName = name;
    this.kernelMessage = refusal.message;
    this.offset = refusal.offset;
  }
}

/** Bytes that are no netlink message, or a value that fits in none. */
export class NetlinkFormatError extends FairleadError {
  constructor(message: string) {
    super("FL-L006", message);
  }
}
