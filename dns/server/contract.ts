/** What the parts of the server agree on. Types only. */
import type { ClientAddress, PluginInstance, Transport } from "../contract.ts";
import type { Question } from "../wire/contract.ts";

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

/** One bound address with its transports. */
export interface Listener {
  /** Address actually bound; the port matters where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  /** Stops taking queries, waits for those in hand for a bounded time, and closes. */
  close(): Promise<void>;
}
