/** The configuration list that the agent installs: one type that does all, in the words of every version it knows. */
export interface ConflistOptions {
  readonly name: string;
  /** Of this node's pods; a range each. */
  readonly podCidrs: readonly string[];
  /** Of the pods' links: what is left of the way to other nodes. Undefined: the kernel's own. */
  readonly mtuBytes: number | undefined;
  /** Where leases are kept; undefined: host-local's own default. */
  readonly leaseDir: string | undefined;
}

export function conflistText({ name, podCidrs, mtuBytes, leaseDir }: ConflistOptions): string {
  const plugin = {
    type: "fairlead",
    bridge: "cni0",
    ...(mtuBytes !== undefined && { mtu: mtuBytes }),
    // The podCIDRs may change with the node.
    forceAddress: true,
    ipam: {
      type: "host-local",
      ...(leaseDir !== undefined && { dataDir: leaseDir }),
      ranges: podCidrs.map((subnet) => [{ subnet }]),
    },
    capabilities: { portMappings: true, bandwidth: true, ips: true, mac: true },
  };
  const versions = ["0.3.1", "0.4.0", "1.0.0", "1.1.0"];
  // A runtime from before `cniVersions` reads the first alone.
  const list = { cniVersion: "1.0.0", cniVersions: versions, name, plugins: [plugin] };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}
