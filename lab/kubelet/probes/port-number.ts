import type { ProbeTarget } from "./contract.ts";

/** A port as a number, or by the name that the container gives it; undefined for a name that there is none of. */
export function portNumber(port: number | string, { ports }: ProbeTarget): number | undefined {
  if (typeof port === "number") return port;
  return ports.get(port) ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}
