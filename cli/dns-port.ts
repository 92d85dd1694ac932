import { FairleadError } from "#observe/errors.ts";
import type { GoFlagValues } from "./go-flags.ts";

/** The value of -dns.port: where an address of a Corefile names no port. */
export function readPort(values: GoFlagValues): number {
  const text = values.get("dns.port") ?? "53";
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new FairleadError(
    "FL-U001",
    `-dns.port ${text} is no port; it should be a number from 0 to 65535`,
  );
}
