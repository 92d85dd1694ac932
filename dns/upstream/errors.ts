import { FairleadError } from "#observe/errors.ts";
import type { Transport } from "../contract.ts";
import { formatUpstream } from "./address.ts";
import type { UpstreamAddress } from "./contract.ts";

/**
 * An upstream did not answer. The sentence has the form of Go's network errors ("read udp 10.0.0.1:53: i/o timeout"),
 * which is what people match in `errors { consolidate }`.
 */
export class UpstreamError extends FairleadError {
  constructor(message: string, options?: ErrorOptions) {
    super("FL-D020", message, options);
  }

  static timeout(call: "dial" | "read", transport: Transport, to: UpstreamAddress): UpstreamError {
    return new UpstreamError(`${call} ${transport} ${formatUpstream(to)}: i/o timeout`);
  }

  static of(
    call: "dial" | "read",
    transport: Transport,
    to: UpstreamAddress,
    cause: Error,
  ): UpstreamError {
    const reason = REASONS[(cause as NodeJS.ErrnoException).code ?? ""] ?? cause.message;
    return new UpstreamError(`${call} ${transport} ${formatUpstream(to)}: ${reason}`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  EMFILE: "too many open files",
};
