import { NETLINK_NETFILTER } from "../abi.ts";
import type { NetlinkReply } from "../contract.ts";
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
  /** All at once: a long table takes a while, see the README. */
  connections(filter?: ConnectionFilter): readonly Connection[];
  /** The same, with the event loop's other work in between. */
  connectionsInTurns(filter?: ConnectionFilter): Promise<readonly Connection[]>;
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
    connections: (filter = {}) => connection.dump(listConnections(filter), readIf(filter)),
    connectionsInTurns: async (filter = {}) => {
      const own = openNetlink({ protocol: NETLINK_NETFILTER, ...options });
      try {
        return await own.dumpInTurns(listConnections(filter), readIf(filter));
      } finally {
        own.close();
      }
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

/** Reads an entry and passes over what the kernel may not have filtered. */
function readIf({ family, protocol, mark }: ConnectionFilter) {
  return (reply: NetlinkReply): Connection | undefined => {
    const entry = readConnection(reply);
    if (entry === undefined) return undefined;
    if (family !== undefined && entry.family !== family) return undefined;
    if (protocol !== undefined && entry.original.protocol !== protocol) return undefined;
    if (mark !== undefined && (entry.mark & mark.mask) >>> 0 !== mark.value) return undefined;
    return entry;
  };
}
