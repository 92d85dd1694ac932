/** Opens every listener of the loaded blocks, with what its workers may answer compiled. */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { ThreadPriority } from "#linux/thread.ts";
import { MAX_READERS } from "../answers/layout.ts";
import type { ClientAddress, LoadedBlock, Transport } from "../contract.ts";
import type { QueryCounts, QueryCountsCollector } from "../plugins/prometheus/contract.ts";
import { createQueryCounts } from "../plugins/prometheus/layout.ts";
import { countedPlaces, placeIndex } from "../plugins/prometheus/places.ts";
import type { Listener } from "./contract.ts";
import { listenDgram } from "./dgram-listener.ts";
import { FastPath } from "./fast-path.ts";
import { FAST_PATH_PLUGINS } from "./in-place.ts";
import { compilePlan, type RoutedZone } from "./plan-compiler.ts";
import { QueryCounter } from "./query-counter.ts";
import { createTcpMemory } from "./tcp-answers.ts";
import { listenTcp } from "./tcp-listener.ts";
import { listenUdp } from "./udp-listener.ts";

export type UdpTransport = "batched" | "dgram";

/** More sockets than this gained nothing for anyone who measured. */
const MAX_DEFAULT_SOCKETS = 8;

export interface ListenerServices {
  readonly udpTransport: UdpTransport;
  readonly workerPriority?: ThreadPriority;
  readonly collector: QueryCountsCollector;
  readonly answer: (
    query: Uint8Array,
    client: ClientAddress,
    transport: Transport,
    server: string,
  ) => Promise<Uint8Array | undefined>;
  readonly onFailure: (error: Error) => void;
}

export interface ServerListener {
  /** Label, for example "dns://:53". */
  readonly server: string;
  readonly udp: Listener;
  readonly tcp: Listener;
}

interface Endpoint {
  readonly server: string;
  readonly host: string;
  readonly port: number;
  readonly sockets: number;
  readonly routes: RoutedZone[];
}

export async function listenAll(
  blocks: readonly LoadedBlock[],
  services: ListenerServices,
): Promise<ServerListener[]> {
  const places = countedPlaces(blocks);
  const createCounts = (): QueryCounts => {
    const counts = createQueryCounts(places, FAST_PATH_PLUGINS);
    services.collector.add(counts);
    return counts;
  };
  const opened: ServerListener[] = [];
  let readers = 0;
  try {
    for (const endpoint of endpointsOf(blocks, (server, zone) =>
      placeIndex(places, server, zone),
    )) {
      const numbers = Array.from({ length: endpoint.sockets + 1 }, () => readers++ % MAX_READERS);
      opened.push(await listenEndpoint(endpoint, numbers, createCounts, services));
    }
  } catch (error) {
    await Promise.all(opened.flatMap(({ udp, tcp }) => [udp.close(), tcp.close()]));
    throw error;
  }
  return opened;
}

function endpointsOf(
  blocks: readonly LoadedBlock[],
  placeOf: (server: string, zone: string) => number,
): Endpoint[] {
  const endpoints = new Map<string, Endpoint>();
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
      endpoint.routes.push({ zone, block, counters: placeOf(server, zone) });
      endpoints.set(server, endpoint);
    }
  }
  return [...endpoints.values()];
}

/** "" is every address of the machine, IPv6 included where the kernel has it. */
const bindAddress = (host: string): string =>
  host !== "" ? host : existsSync("/proc/net/if_inet6") ? "::" : "0.0.0.0";

/** @param readers places among the table readers: one for each UDP socket, the last for the main thread's TCP */
async function listenEndpoint(
  { server, host, port, routes }: Endpoint,
  readers: readonly number[],
  createCounts: () => QueryCounts,
  services: ListenerServices,
): Promise<ServerListener> {
  const plan = compilePlan(routes);
  const { answer, udpTransport, workerPriority, onFailure } = services;
  const listen = udpTransport === "batched" ? listenUdp : listenDgram;
  const udp = await listen({
    host,
    port,
    plan,
    readers: readers.slice(0, -1),
    createCounts,
    onFailure,
    ...(workerPriority === undefined ? {} : { priority: workerPriority }),
    answer: (query, client) => answer(query, client, "udp", server),
  });
  const memory = createTcpMemory();
  const counter = new QueryCounter(createCounts(), "tcp", host.includes(":") ? 6 : 4);
  const fastPath = {
    memory,
    counter,
    path: new FastPath(plan, readers.at(-1) as number, memory, counter),
  };
  try {
    const tcp = await listenTcp({
      host,
      port: udp.port,
      fastPath,
      answer: (query, client) => answer(query, client, "tcp", server),
    });
    return { server, udp, tcp };
  } catch (error) {
    await udp.close();
    throw error;
  }
}
