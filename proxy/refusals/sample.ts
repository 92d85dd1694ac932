import type { Protocol } from "#cluster/contract.ts";
import type { LoggedPacket } from "#linux/netlink/nflog/contract.ts";
import { type RefusalReason, type RefusalSample, SAMPLE_PREFIX } from "./contract.ts";

const protocols: Readonly<Record<number, Protocol>> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

/** Undefined for what is no sample of ours, or shows no ports. */
export function sampleOf(
  { prefix, header }: Pick<LoggedPacket, "prefix" | "header">,
  atMs: number,
): RefusalSample | undefined {
  const reason = reasonOf(prefix);
  const protocol = protocols[header?.protocol ?? 0];
  if (reason === undefined || protocol === undefined) return undefined;
  if (header?.destinationPort === undefined) return undefined;
  const { source, destination, destinationPort } = header;
  return { atMs, reason, client: source, protocol, address: destination, port: destinationPort };
}

function reasonOf(prefix: string): RefusalReason | undefined {
  if (!prefix.startsWith(SAMPLE_PREFIX)) return undefined;
  const reason = prefix.slice(SAMPLE_PREFIX.length).trim();
  return reason === "refuse" || reason === "drop" ? reason : undefined;
}
