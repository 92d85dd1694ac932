import type { HostLink, InnerLink, NodeSurvey, SurveyedNamespace } from "#cni/survey/contract.ts";

/** A link within a namespace. */
export interface End {
  readonly namespace: SurveyedNamespace;
  readonly inner: InnerLink;
}

/** The namespaces and links of a survey, by what they are asked for. */
export class Surroundings {
  readonly bootId: string;
  /** Why a namespace may be there that the survey does not show; undefined when none can. */
  readonly blind: string | undefined;
  readonly #ends = new Map<string, End[]>();
  readonly #holders = new Map<string, End[]>();
  readonly #byPath = new Map<string, SurveyedNamespace>();
  readonly #byIdentity = new Map<string, SurveyedNamespace>();
  readonly #hostLinks: ReadonlyMap<string, HostLink>;

  constructor({ bootId, namespaces, links }: NodeSurvey) {
    this.bootId = bootId;
    for (const namespace of namespaces) {
      this.#byIdentity.set(namespace.identity, namespace);
      for (const path of namespace.paths) this.#byPath.set(plainPath(path), namespace);
      for (const inner of namespace.links ?? []) {
        const end = { namespace, inner };
        append(this.#ends, pairKey(inner.peerIndex, inner.index), end);
        for (const address of inner.addresses) append(this.#holders, address, end);
      }
    }
    this.#hostLinks = new Map(links.map((link) => [pairKey(link.index, link.peerIndex), link]));
    this.blind = this.#blindness(namespaces, links);
  }

  /**
   * What may be the other end of a link. Indexes are of their namespace, so several may fit where a machine has several
   * nodes.
   */
  otherEnds({ index, peerIndex }: HostLink): readonly End[] {
    return this.#ends.get(pairKey(index, peerIndex)) ?? [];
  }

  /** The link of the host whose other end it is. */
  hostEnd({ index, peerIndex }: InnerLink): HostLink | undefined {
    return this.#hostLinks.get(pairKey(peerIndex, index));
  }

  holders(address: string): readonly End[] {
    return this.#holders.get(address) ?? [];
  }

  /**
   * Where the path leads that ADD was given, if that is the namespace that ADD saw: an inode alone may be another's by
   * now. Of a process's path the inode is all there is.
   */
  namespaceAt(path: string, identity?: string): SurveyedNamespace | undefined {
    if (identity !== undefined && /^\/proc\/\d+\//.test(path))
      return this.#byIdentity.get(identity);
    const found = this.#byPath.get(plainPath(path));
    return identity === undefined || found?.identity === identity ? found : undefined;
  }

  #blindness(
    namespaces: readonly SurveyedNamespace[],
    links: readonly HostLink[],
  ): string | undefined {
    if (namespaces.some((namespace) => namespace.links === undefined))
      return "a namespace could not be looked into";
    const hidden = links.find(
      (link) => link.kind === "veth" && link.hasPeerElsewhere && this.otherEnds(link).length === 0,
    );
    return hidden && `link ${hidden.name} leads into a namespace that cannot be seen from here`;
  }
}

function append(map: Map<string, End[]>, key: string, end: End): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [end]);
  else known.push(end);
}

/** Of a veth: the index on the host, then that in the container. */
const pairKey = (host: number | undefined, inner: number | undefined): string => `${host} ${inner}`;

/** On most machines the one is a link to the other. */
const plainPath = (path: string): string => path.replace(/^\/var\/run\//, "/run/");
