import { type Known, type Life, nameOf } from "./known.ts";
import type { End, Surroundings } from "./surroundings.ts";

type Evidence = Omit<Known, "life" | "name">;

/**
 * Whether a container still has its interface. A link on the host proves it: both ends of a veth go together. That it
 * is gone has to be shown, by another boot, or by all namespaces that there are.
 */
export function lifeOf(evidence: Evidence, around: Surroundings): Life {
  const { hostLink, record, sandbox, owner } = evidence;
  if (hostLink?.peerNamespaceId !== undefined) {
    const end = around.otherEnd(hostLink);
    return { kind: "live", namespace: end?.namespace, inner: end?.inner };
  }
  if (record !== undefined && record.bootId !== around.bootId)
    return gone(`it was leased in another boot, ${record.bootId}`, true);
  const addresses = addressesOf(evidence);
  const holder = holderOf(addresses, evidence, around);
  const namespace =
    (sandbox && around.namespaceAt(sandbox.path, sandbox.identity)) ?? holder?.namespace;
  if (namespace !== undefined) {
    const { links } = namespace;
    const inner = links?.find(({ name }) => name === owner.ifname);
    if (links === undefined || inner !== undefined || namespace === holder?.namespace)
      return { kind: "live", namespace, inner };
    return { kind: "unconnected", namespace };
  }
  if (around.blind !== undefined) return { kind: "unknown", why: around.blind };
  if (sandbox !== undefined) return gone(`its namespace ${sandbox.path} is gone`);
  if (addresses.length > 0) return gone("no namespace has its address");
  return { kind: "unknown", why: "nothing tells where its namespace was" };
}

const gone = (why: string, isOfAnotherBoot = false): Life => {
  return { kind: "gone", isOfAnotherBoot, why };
};

/** Leased, or noted with its rules. */
function addressesOf({ leases, notes }: Evidence): readonly string[] {
  return [...leases.map(({ address }) => address), ...notes.flatMap((note) => note.addresses)];
}

/** Who has one of the addresses now, unless that is known to be another container. */
function holderOf(
  addresses: readonly string[],
  { owner }: Evidence,
  around: Surroundings,
): End | undefined {
  return addresses
    .flatMap((address) => around.holders(address))
    .find((end) => {
      const its = around.hostEnd(end)?.owner;
      return its === undefined || nameOf(its) === nameOf(owner);
    });
}
