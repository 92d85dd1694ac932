import type {
  Attachment,
  LinkFacts,
  LinkHead,
  LinkPlace,
  LinkState,
  NetworkChange,
  NetworkSession,
  NetworkSource,
  NodePort,
  OwnedRules,
} from "../contract.ts";
import { CniError } from "../errors.ts";
import { isInSubnet, parseAddress, parsePrefix, subnetOf } from "../ipam/address.ts";
import { familyOf } from "../types/gateway.ts";
import { describeLink, type FakeLink, fakeLink, toState } from "./fake-link.ts";

interface Ruled {
  readonly owner: Attachment;
  readonly rules: OwnedRules;
}

/**
 * A node's network in memory. It refuses what the kernel refuses: links of unknown namespaces, names that are taken,
 * routes through a gateway that no address or route of the link reaches, or over a link that is down.
 */
export class FakeNetwork implements NetworkSession, NetworkSource {
  readonly sysctls = new Map<string, string>();
  readonly #namespaces = new Set([""]);
  readonly #links = new Map<string, FakeLink>();
  readonly #rules = new Map<string, Ruled>();
  readonly #owners = new Map<string, Attachment>();
  readonly #heldPorts = new Set<string>();
  #failing: NetworkChange["kind"] | undefined;

  addNamespace(path: string): void {
    this.#namespaces.add(path);
    this.#insert(fakeLink(path, "lo", "loopback", "00:00:00:00:00:00", 65536));
  }

  /** The namespace and its links are gone, and so are the other ends of its veths. */
  removeNamespace(path: string): void {
    for (const link of this.#links.values()) if (link.netns === path) this.#delete(link);
    this.#namespaces.delete(path);
  }

  /** The next change of that kind is refused. */
  failAt(kind: NetworkChange["kind"]): void {
    this.#failing = kind;
  }

  /** All links and rules, a line each with what belongs to it indented. */
  dump(): string {
    const links = [...this.#links.values()].filter((link) => link.kind !== "loopback" || link.up);
    const rules = [...this.#rules.values()].map(
      ({ owner, rules: { kind, ...rest } }) =>
        `rules ${kind} of ${owner.network}/${owner.containerId}/${owner.ifname} ${JSON.stringify(rest)}`,
    );
    return [...links.map(describeLink), ...rules].join("\n");
  }

  async apply(changes: readonly NetworkChange[]): Promise<void> {
    for (const change of changes) this.#applyOne(change);
  }

  /** A process of the node listens there, at every address. */
  holdPort(protocol: NodePort["protocol"], port: number): void {
    this.#heldPorts.add(`${protocol} ${port}`);
  }

  async isPortHeld({ protocol, hostPort }: NodePort): Promise<boolean> {
    return this.#heldPorts.has(`${protocol} ${hostPort}`);
  }

  async linkState({ netns = "", link }: LinkPlace): Promise<LinkState | undefined> {
    const found = this.#links.get(key(netns, link));
    return found === undefined ? undefined : toState(found);
  }

  linkHead(place: LinkPlace): Promise<LinkHead | undefined> {
    return this.linkState(place);
  }

  async linkFacts(place: LinkPlace): Promise<LinkFacts | undefined> {
    const state = await this.linkState(place);
    return state && { mac: state.mac, mtu: state.mtu };
  }

  async hasLink(place: LinkPlace): Promise<boolean> {
    return (await this.linkState(place)) !== undefined;
  }

  async addresses(place: LinkPlace, family?: 4 | 6): Promise<readonly string[]> {
    const addresses = (await this.linkState(place))?.addresses ?? [];
    return addresses.filter((each) => family === undefined || familyOf(each) === family);
  }

  session(): NetworkSession {
    return this;
  }

  end(): void {}

  async sysctl(name: string, netns = ""): Promise<string | undefined> {
    return this.sysctls.get(key(netns, name));
  }

  async setRules(owner: Attachment, rules: readonly OwnedRules[]): Promise<void> {
    for (const one of rules) this.#rules.set(ruleKey(owner, one.kind), { owner, rules: one });
  }

  async hasRules(owner: Attachment, kind: OwnedRules["kind"]): Promise<boolean> {
    return this.#rules.has(ruleKey(owner, kind));
  }

  async removeRules(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void> {
    for (const kind of kinds) this.#rules.delete(ruleKey(owner, kind));
  }

  async owners(network: string): Promise<readonly Attachment[]> {
    const all = [...this.#owners.values(), ...[...this.#rules.values()].map(({ owner }) => owner)];
    const distinct = new Map(all.map((owner) => [ruleKey(owner, "masquerade"), owner]));
    return [...distinct.values()].filter((owner) => owner.network === network);
  }

  #applyOne(change: NetworkChange): void {
    if (change.kind === this.#failing) {
      this.#failing = undefined;
      throw new CniError(103, `cannot do the change ${change.kind}: refused by the test`);
    }
    switch (change.kind) {
      case "bridge": {
        const present = this.#links.get(key("", change.name));
        const link =
          present ?? this.#insert(fakeLink("", change.name, "bridge", change.mac, change.mtu));
        link.promiscuous = change.promiscuous;
        link.mtu = change.mtu ?? link.mtu;
        return;
      }
      case "vlan":
        if (!this.#links.has(key("", change.name)))
          this.#insert(fakeLink("", change.name, "vlan", this.#at({ link: change.bridge }).mac));
        return;
      case "veth":
        this.#addVeth(change);
        return;
      case "port": {
        const { hairpin, isolated, vlans, bridge: master } = change;
        Object.assign(this.#at({ link: change.link }), { master, hairpin, isolated, vlans });
        return;
      }
      case "up":
      case "down":
        this.#setUp(this.#at(change), change.kind === "up");
        return;
      case "await-up":
        if (!this.#at(change).up) throw new CniError(103, `link ${change.link} does not come up`);
        return;
      case "delete": {
        const link = this.#links.get(key(change.netns ?? "", change.link));
        if (link !== undefined) this.#delete(link);
        return;
      }
      case "address": {
        const { addresses } = this.#at(change);
        if (!addresses.includes(change.address)) addresses.push(change.address);
        return;
      }
      case "remove-address": {
        const link = this.#at(change);
        link.addresses = link.addresses.filter((address) => address !== change.address);
        return;
      }
      case "route":
        this.#addRoute(change);
        return;
      case "set-link": {
        const { kind: _kind, link: _link, netns: _netns, ...attributes } = change;
        Object.assign(this.#at(change), attributes);
        return;
      }
      case "sysctl":
        this.sysctls.set(key(change.netns ?? "", change.key), change.value);
        return;
      case "shape": {
        const { bitsPerSecond, burstBits } = change.rate;
        this.#at(change).shaped = `tbf ${bitsPerSecond}/${burstBits}`;
        return;
      }
      case "shape-ingress": {
        const { bitsPerSecond, burstBits } = change.rate;
        this.#owners.set(change.ifb, change.owner);
        const device = this.#insert(fakeLink("", change.ifb, "ifb", "02:00:00:00:00:ff"));
        Object.assign(device, {
          up: true,
          shaped: `tbf ${bitsPerSecond}/${burstBits} of ${change.link}`,
        });
        return;
      }
    }
  }

  #setUp(link: FakeLink, up: boolean): void {
    link.up = up;
    if (link.kind === "loopback") link.addresses = up ? ["127.0.0.1/8", "::1/128"] : [];
  }

  #addVeth(change: Extract<NetworkChange, { kind: "veth" }>): void {
    const { host, container, mtu, owner, port } = change;
    if (!this.#namespaces.has(container.netns))
      throw new CniError(103, `cannot open ${container.netns}: ENOENT`);
    const left = this.#links.get(key("", host.name));
    if (left !== undefined) this.#delete(left);
    const one = fakeLink("", host.name, "veth", host.mac, mtu);
    const other = fakeLink(container.netns, container.name, "veth", container.mac, mtu);
    for (const end of [one, other])
      if (this.#links.has(key(end.netns, end.name)))
        throw new CniError(103, `cannot add the link ${end.name}: EEXIST`);
    one.peer = other;
    other.peer = one;
    this.#insert(one);
    this.#insert(other);
    this.#owners.set(one.name, owner);
    if (port === undefined) return;
    const { bridge: master, hairpin, isolated } = port;
    Object.assign(one, { master, hairpin, isolated, up: true });
  }

  #addRoute(change: Extract<NetworkChange, { kind: "route" }>): void {
    const link = this.#at(change);
    const { kind: _kind, link: _link, netns: _netns, ...route } = change;
    if (!link.up) throw new CniError(103, `cannot add the route ${route.dst}: ENETDOWN`);
    const gateway = route.gw === undefined ? undefined : parseAddress(route.gw);
    const onLink = [
      ...link.addresses,
      ...link.routes.filter(({ gw }) => gw === undefined).map(({ dst }) => dst),
    ];
    const isReached = onLink.some((text) => {
      const prefix = parsePrefix(text);
      return (
        gateway === undefined ||
        (prefix !== undefined && isInSubnet(gateway, subnetOf(prefix.address, prefix.prefixLength)))
      );
    });
    if (gateway !== undefined && !isReached)
      throw new CniError(103, `cannot add the route ${route.dst} via ${route.gw}: ENETUNREACH`);
    link.routes.push(route);
  }

  #at({ netns = "", link }: LinkPlace): FakeLink {
    const found = this.#links.get(key(netns, link));
    if (found === undefined)
      throw new CniError(103, `no link ${link} in ${netns === "" ? "the host" : netns}: ENODEV`);
    return found;
  }

  #insert(link: FakeLink): FakeLink {
    this.#links.set(key(link.netns, link.name), link);
    return link;
  }

  #delete(link: FakeLink): void {
    for (const end of [link, ...(link.peer === undefined ? [] : [link.peer])]) {
      this.#links.delete(key(end.netns, end.name));
      if (end.netns === "") this.#owners.delete(end.name);
    }
  }
}

const key = (netns: string, name: string): string => `${netns}|${name}`;

const ruleKey = (owner: Attachment, kind: OwnedRules["kind"]): string =>
  [owner.network, owner.containerId, owner.ifname, kind].join("|");
