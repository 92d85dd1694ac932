import type { Connection } from "#linux/netlink/conntrack/contract.ts";
import type { Conntrack } from "#linux/netlink/conntrack/socket.ts";
import type { Flow, FlowTable } from "./contract.ts";

const UDP = 17;

export interface TrackedFlow extends Flow {
  readonly connection: Connection;
}

/** The flows of the network namespace that `conntrack` was opened in. */
export function kernelFlowTable(
  conntrack: Pick<Conntrack, "connectionsInTurns" | "delete">,
): FlowTable<TrackedFlow> {
  return {
    async udpFlows(family) {
      const connections = await conntrack.connectionsInTurns({ family, protocol: UDP });
      return connections.map(flowOf);
    },
    // With the entry's ID: the client may have a new flow of the same addresses by now.
    delete: ({ connection }) => conntrack.delete(connection),
  };
}

function flowOf(connection: Connection): TrackedFlow {
  const { original, reply } = connection;
  return {
    originalDestination: { address: original.destination, port: original.destinationPort },
    replySource: { address: reply.source, port: reply.sourcePort },
    connection,
  };
}
