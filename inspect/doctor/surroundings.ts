import type { HostLink, InnerLink, NodeSurvey, SurveyedNamespace } from "#cni/survey/contract.ts";

/** To one address and to no other. */
const isHostRoute = (destination: string): boolean =>
  destination.endsWith(destination.includes(":") ? "/128" : "/32");

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
  readonly #ends = new Map<string, End>();
  readonly #holders = new Map<string, End[]>();
  readonly #byPath = new Map<string, SurveyedNamespace>();
  readonly #byIdentity = new Map<string, SurveyedNamespace>();
  readonly #hostLinks: ReadonlyMap<string, HostLink>;

  constructor(survey: NodeSurvey) {
    const { bootId, namespaces, links } = survey;
    this.bootId = bootId;
    for (const namespace of namespaces) {
      this.#byIdentity.set(namespace.identity, namespace);
      for (const path of namespace.paths) this.#byPath.set(plainPath(path), namespace);
      for (const inner of namespace.links ?? []) {
        const end = { namespace, inner };
        if (namespace.idOnHost !== undefined)
          this.#ends.set(pairKey(inner.peerIndex, namespace.idOnHost, inner.index), end);
        for (const address of inner.addresses) append(this.#holders, address, end);
      }
    }
    this.#hostLinks = new Map(links.map((link) => [keyOf(link), link]));
    this.blind = this.#blindness(survey);
  }

  otherEnd(link: HostLink): End | undefined {
    return this.#ends.get(keyOf(link));
  }

  /** The link of the host whose other end it is. */
  hostEnd({ namespace, inner }: End): HostLink | undefined {
    return this.#hostLinks.get(pairKey(inner.peerIndex, namespace.idOnHost, inner.index));
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

  /** The node's own uplink may be a veth, too, where the node is a container itself: it is no bridge's port. */
  #blindness({ namespaces, links, routes }: NodeSurvey): string | undefined {
    if (namespaces.some((namespace) => namespace.links === undefined))
      return "a namespace could not be looked into";
    const routed = new Set(
      routes.filter(({ destination }) => isHostRoute(destination)).map(({ link }) => link),
    );
    const hidden = links.find(
      (link) =>
        link.kind === "veth" &&
        link.peerNamespaceId !== undefined &&
        (link.master !== undefined || routed.has(link.name)) &&
        this.otherEnd(link) === undefined,
    );
    return hidden && `link ${hidden.name} leads into a namespace that cannot be seen from here`;
  }
}

function append(map: Map<string, End[]>, key: string, end: End): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [end]);
  else known.push(end);
}

/** Of a veth: its index on the host, and namespace and index of its other end. An index alone is of its namespace. */
const pairKey = (
  host: number | undefined,
  namespaceId: number | undefined,
  inner: number | undefined,
): string => `${host} ${namespaceId} ${inner}`;

const keyOf = ({ index, peerNamespaceId, peerIndex }: HostLink): string =>
  pairKey(index, peerNamespaceId, peerIndex);

/** On most machines the one is a link to the other. */
const plainPath = (path: string): string => path.replace(/^\/var\/run\//, "/run/");
