/** Whose lease it is; leases of the reference plugin's first versions name no interface. */
export interface Owner {
  readonly containerId: string;
  /** "" in a lease that names none. */
  readonly ifname: string;
}

/** What is kept beside the lease files, one record an owner. */
export interface OwnerRecord extends Owner {
  readonly addresses: readonly string[];
  /** The boot in which the lease was made, or seen for the first time. No container outlives its boot. */
  readonly bootId: string;
  /** Path and identity of the container's namespace, where ADD was ours. */
  readonly netns?: string;
  readonly netnsIdentity?: string;
}

/** A colon stands in no container ID and no interface name. */
export const ownerKey = ({ containerId, ifname }: Owner): string => `${containerId}:${ifname}`;

/** A lease file's text, as the reference plugin writes and compares it. */
export const leaseText = ({ containerId, ifname }: Owner): string => `${containerId}\r\n${ifname}`;

/** Undefined for an empty file, which the reference plugin leaves when it is killed between creating and writing it. */
export function parseLease(text: string): Owner | undefined {
  const [containerId = "", ifname = ""] = text.trim().split(/\s*\n\s*/);
  return containerId === "" ? undefined : { containerId, ifname };
}
