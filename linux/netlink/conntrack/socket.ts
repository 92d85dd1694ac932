import { NETLINK_NETFILTER } from "../abi.ts";
import { NetlinkError, NetlinkFormatError } from "../errors.ts";
import { openNetlink } from "../socket.ts";
import type {
  Connection,
  ConnectionFilter,
  ConntrackCounters,
  ConntrackFill,
  NewConnection,
} from "./contract.ts";
import { readConnection, readFill, sumCounters } from "./read.ts";
import {
  createConnection,
  deleteConnection,
  getFill,
  listConnections,
  listCounters,
} from "./requests.ts";

/** Connection tracking of one network namespace. Calls are synchronous. */
export interface Conntrack {
  /** A long table takes a while (see the README): on a thread that may be busy for so long. */
  connections(filter?: ConnectionFilter): readonly Connection[];
  /**
   * Whether it was there. With an ID only that very entry goes, not a newer one of the same tuple.
   * @throws NetlinkError when the kernel refuses
   */
  delete(
    connection: Pick<Connection, "original"> & Partial<Pick<Connection, "id" | "zone">>,
  ): boolean;
  /** @throws NetlinkError EEXIST when there is one of the tuple */
  create(connection: NewConnection): void;
  counters(): ConntrackCounters;
  fill(): ConntrackFill;
  close(): void;
}

/** @throws SystemCallError when there is no such namespace or no netfilter */
export function openConntrack(options: { readonly namespacePath?: string } = {}): Conntrack {
  const connection = openNetlink({ protocol: NETLINK_NETFILTER, ...options });
  return {
    connections: (filter = {}) => {
      const { family, protocol, mark } = filter;
      return connection.dump(listConnections(filter), (reply) => {
        const entry = readConnection(reply);
        if (entry === undefined) return undefined;
        // What the kernel may not have filtered.
        if (family !== undefined && entry.family !== family) return undefined;
        if (protocol !== undefined && entry.original.protocol !== protocol) return undefined;
        if (mark !== undefined && (entry.mark & mark.mask) >>> 0 !== mark.value) return undefined;
        return entry;
      });
    },
    delete: (entry) => {
      try {
        connection.request(deleteConnection(entry));
        return true;
      } catch (error) {
        if (error instanceof NetlinkError && error.errnoName === "ENOENT") return false;
        throw error;
      }
    },
    create: (entry) => {
      connection.request(createConnection(entry));
    },
    counters: () =>
      sumCounters(connection.dump(listCounters(), ({ body }) => ({ body: Buffer.from(body) }))),
    fill: () => {
      const [reply] = connection.request(getFill());
      if (reply === undefined) throw new NetlinkFormatError("no answer to how full the table is");
      return readFill(reply);
    },
    close: () => connection.close(),
  };
}
