import type { Attachment } from "#cni/contract.ts";
import type { HostLink, InnerLink, NodeSurvey, SurveyedNamespace } from "#cni/survey/contract.ts";
import { containerMac } from "#cni/types/names.ts";
import { type Known, type Life, nameOf } from "./known.ts";

type Evidence = Omit<Known, "life" | "name">;

/**
 * Whether a container still has its interface. A link on the host proves it: both ends of a veth go together. That it
 * is gone has to be shown, by another boot, or by all namespaces that there are.
 */
export function lifeOf(evidence: Evidence, survey: NodeSurvey): Life {
  const { hostLink, record, cached, owner } = evidence;
  if (hostLink?.hasPeerElsewhere) {
    const end = otherEnd(hostLink, survey.namespaces, evidence);
    return { kind: "live", namespace: end?.namespace, inner: end?.inner };
  }
  if (record !== undefined && record.bootId !== survey.bootId)
    return gone(`it was leased in another boot, ${record.bootId}`, true);
  const addresses = addressesOf(evidence);
  const holder = survey.namespaces.find(({ links }) =>
    links?.some(
      (link) =>
        link.addresses.some((address) => addresses.has(address)) &&
        !isAnothers(link, owner, survey.links),
    ),
  );
  const namespace = namespaceOf(evidence, survey) ?? holder;
  if (namespace !== undefined) {
    const { links } = namespace;
    const inner = links?.find(({ name }) => name === owner.ifname);
    if (links === undefined || inner !== undefined || namespace === holder)
      return { kind: "live", namespace, inner };
    return { kind: "unconnected", namespace };
  }
  const blind = unseenNamespace(survey);
  if (blind !== undefined) return { kind: "unknown", why: blind };
  const netns = record?.netns || cached?.netns;
  if (netns) return gone(`its namespace ${netns} is gone`);
  if (addresses.size > 0) return gone("no namespace has its address");
  return { kind: "unknown", why: "nothing tells where its namespace was" };
}

const gone = (why: string, isOfAnotherBoot = false): Life => {
  return { kind: "gone", isOfAnotherBoot, why };
};

/** Leased, or noted with its rules. */
function addressesOf({ leases, chains }: Pick<Evidence, "leases" | "chains">): ReadonlySet<string> {
  return new Set([
    ...leases.map(({ address }) => address),
    ...chains.flatMap((chain) => chain.addresses),
  ]);
}

/**
 * The container's end of a link. Indexes are of their namespace, so several may fit where a machine has several nodes:
 * then what ADD noted and named decides.
 */
function otherEnd(
  { index, peerIndex }: HostLink,
  namespaces: readonly SurveyedNamespace[],
  { owner, record }: Partial<Pick<Evidence, "owner" | "record">> = {},
): { readonly namespace: SurveyedNamespace; readonly inner: InnerLink } | undefined {
  const ends = namespaces.flatMap((namespace) => {
    const inner = namespace.links?.find(
      (link) => link.index === peerIndex && link.peerIndex === index,
    );
    return inner === undefined ? [] : [{ namespace, inner }];
  });
  return (
    ends.find(({ namespace }) => namespace.identity === record?.netnsIdentity) ??
    ends.find(({ inner }) => owner !== undefined && inner.mac === containerMac(owner)) ??
    ends[0]
  );
}

/** The address went to another container since. */
function isAnothers(link: InnerLink, owner: Attachment, hostLinks: readonly HostLink[]): boolean {
  const host = hostLinks.find(
    (each) => each.index === link.peerIndex && each.peerIndex === link.index,
  );
  return host?.owner !== undefined && nameOf(host.owner) !== nameOf(owner);
}

/** Where the path that ADD was given leads to the namespace that ADD saw: an inode alone may be another's by now. */
function namespaceOf(
  { record, cached }: Evidence,
  { namespaces }: NodeSurvey,
): SurveyedNamespace | undefined {
  const at = (path: string, identity?: string): SurveyedNamespace | undefined =>
    namespaces.find(
      (each) =>
        (identity === undefined || each.identity === identity) &&
        (each.paths.some((known) => plainPath(known) === plainPath(path)) ||
          (isOfProcess(path) && identity !== undefined)),
    );
  if (record?.netns) return at(record.netns, record.netnsIdentity);
  return cached?.netns ? at(cached.netns) : undefined;
}

/** On most machines the one is a link to the other. */
const plainPath = (path: string): string => path.replace(/^\/var\/run\//, "/run/");
const isOfProcess = (path: string): boolean => /^\/proc\/\d+\//.test(path);

/** A veth of the host leads into a namespace that has neither name nor process here: others may, too. */
function unseenNamespace({ links, namespaces }: NodeSurvey): string | undefined {
  if (namespaces.some((namespace) => namespace.links === undefined))
    return "a namespace could not be looked into";
  const blind = links.find(
    (link) =>
      link.kind === "veth" && link.hasPeerElsewhere && otherEnd(link, namespaces) === undefined,
  );
  return blind && `link ${blind.name} leads into a namespace that cannot be seen from here`;
}
