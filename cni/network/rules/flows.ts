import { openConntrack } from "#linux/netlink/conntrack/socket.ts";

/**
 * Connection tracking of UDP. A client that keeps sending from one port keeps its flow, and with it the container that
 * the flow led to, or the node itself where no container had the port.
 */
export interface UdpFlows {
  /** Forgets the flows to these ports of this node; the next packet of each meets the rules. */
  forget(ports: readonly { readonly hostPort: number }[]): void;
}

const UDP = 17;

export function kernelUdpFlows(
  namespacePath: string | undefined,
  isOwnAddress: (address: string) => boolean,
): UdpFlows {
  return {
    forget(ports) {
      if (ports.length === 0) return;
      const wanted = new Set(ports.map(({ hostPort }) => hostPort));
      const conntrack = openConntrack(namespacePath === undefined ? {} : { namespacePath });
      try {
        const flows = conntrack
          .connections({ protocol: UDP })
          .filter(({ original }) => wanted.has(original.destinationPort));
        for (const flow of flows)
          if (flow.status.destinationNat || isOwnAddress(flow.original.destination))
            conntrack.delete(flow);
      } finally {
        conntrack.close();
      }
    },
  };
}
