/** What the parts of the server agree on. Types only. */
import type { ThreadPriority } from "#linux/thread.ts";
import type { ClientAddress, PluginInstance, Transport } from "../contract.ts";
import type { QueryCounts } from "../plugins/prometheus/contract.ts";
import type { Question } from "../wire/contract.ts";
import type { FastPlan } from "./plan.ts";

export interface Route {
  /** The zone that matched, lower case with trailing dot. */
  readonly zone: string;
  readonly instances: readonly PluginInstance[];
  /** A plugin of the block answers classes other than IN (chaos). */
  readonly takesAllClasses: boolean;
}

export interface Router {
  /** The block with the longest zone that holds the name on that listener. */
  route(server: string, name: string): Route | undefined;
}

/** A query that no server block took. */
export interface DroppedQuery {
  readonly server: string;
  readonly transport: Transport;
  readonly client: ClientAddress;
  readonly question: Question;
  readonly rcode: number;
}

/** What a listener serves with: exchanged at a reload, while its sockets stay. */
export interface Serving {
  readonly plan: FastPlan;
  /** Counts for one thread. */
  createCounts(): QueryCounts;
  /** Takes back the counts of a thread that has written its last to them. */
  retireCounts(counts: QueryCounts): void;
  /** The slow path; undefined when no reply is due. Never rejects. */
  answer(
    query: Uint8Array,
    client: ClientAddress,
    transport: Transport,
  ): Promise<Uint8Array | undefined>;
}

/** One bound address with one transport. */
export interface Listener {
  /** Address actually bound; the port matters where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  /** Stops taking queries, waits for those in hand for a bounded time, and closes. */
  close(): Promise<void>;
}

export interface ServingListener extends Listener {
  /** Serves with this from the next query on. Resolves when no thread works with what was before. */
  adopt(serving: Serving): Promise<void>;
}

export interface UdpListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Sockets that share the port, a thread each, where the transport has threads. */
  readonly sockets: number;
  readonly readers: ReaderNumbers;
  readonly priority?: ThreadPriority;
  readonly serving: Serving;
  /** A thread ended on an error: the process cannot serve any more. */
  readonly onFailure: (error: Error) => void;
}

/** Places among the readers of shared tables. Each thread has its own; the main thread's listeners share one. */
export interface ReaderNumbers {
  readonly main: number;
  /** Undefined when all are taken: the thread must then leave the tables alone. */
  take(): number | undefined;
  giveBack(reader: number | undefined): void;
}
