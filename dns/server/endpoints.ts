/** Which addresses the loaded blocks want listened on, and what is served there. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { LoadedBlock } from "../contract.ts";
import type { RoutedZone } from "./plan-zones.ts";

/** More sockets than this gained nothing for anyone who measured. */
const MAX_DEFAULT_SOCKETS = 8;

export interface Endpoint {
  /** Label, for example "dns://:53". */
  readonly server: string;
  /** IP address to bind to. */
  readonly host: string;
  readonly port: number;
  /** UDP sockets that share the port. */
  readonly sockets: number;
  readonly routes: readonly RoutedZone[];
}

/** @param placeOf row of the counters for a zone of a listener */
export function endpointsOf(
  blocks: readonly LoadedBlock[],
  placeOf: (server: string, zone: string) => number,
): Endpoint[] {
  const endpoints = new Map<string, Endpoint & { readonly routes: RoutedZone[] }>();
  for (const block of blocks) {
    const sockets = block.sockets ?? Math.min(availableParallelism(), MAX_DEFAULT_SOCKETS);
    for (const { server, host, port, zone } of block.served) {
      const endpoint = endpoints.get(server) ?? {
        server,
        host: bindAddress(host),
        port,
        sockets,
        routes: [],
      };
      endpoint.routes.push({ server, zone, block, counters: placeOf(server, zone) });
      endpoints.set(server, endpoint);
    }
  }
  return [...endpoints.values()];
}

/** "" is every address of the machine, IPv6 included where the kernel has it. */
const bindAddress = (host: string): string =>
  host !== "" ? host : existsSync("/proc/net/if_inet6") ? "::" : "0.0.0.0";
