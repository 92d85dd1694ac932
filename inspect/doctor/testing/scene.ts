import type { Attachment } from "#cni/contract.ts";
import type {
  CachedAttachment,
  HostLink,
  LeasedNetwork,
  NodeSurvey,
  OwnerNote,
  PendingDel,
  SurveyedForwarding,
  SurveyedNamespace,
  SurveyedNeighbour,
  SurveyedRoute,
  TaggedElement,
} from "#cni/survey/contract.ts";
import { containerMac, hostLinkName, hostMac } from "#cni/types/names.ts";

type Draft = {
  -readonly [Key in keyof LeasedNetwork]: LeasedNetwork[Key];
};

const NOW_MS = 1_000_000;
const DATA_DIR = "/ipam";

/** A survey under construction; each word of a script changes it. */
class Scene {
  readonly networks = new Map<string, Draft>();
  cache: CachedAttachment[] | undefined = [];
  namespaces: SurveyedNamespace[] = [];
  links: HostLink[] = [];
  readonly neighbours: SurveyedNeighbour[] = [];
  readonly forwarding: SurveyedForwarding[] = [];
  readonly routes: SurveyedRoute[] = [];
  notes: OwnerNote[] = [];
  elements: TaggedElement[] = [];
  readonly pending: PendingDel[] = [];
  #index = 10;

  readonly words: Readonly<Record<string, (...args: readonly string[]) => void>> = {
    /** A container with all that belongs to it. */
    pod: (name, address) => {
      this.#lease(address, name);
      this.#record(name, address);
      this.#cached(name);
      this.#rules(name, address);
      this.#connect(name, address);
    },
    /** An address, and perhaps how many seconds ago it was leased. */
    lease: (address, name, seconds) => this.#lease(address, name, seconds),
    record: (name, address, boot, path) => this.#record(name, address, boot, path),
    /** Name, path of the namespace or "-", type of the plugin. */
    cache: (name, path, type) => this.#cached(name, path, type),
    rules: (name, address) => this.#rules(name, address),
    /** Of somebody else: path, interface, address; its identity where that is not its path's. */
    namespace: (path = "", link = "eth0", address = "", identity = `4:${path}`) => {
      const inner = { name: link, index: 2, mac: "", peerIndex: undefined, addresses: [address] };
      this.namespaces.push({
        identity,
        paths: [path],
        pid: undefined,
        idOnHost: undefined,
        links: [inner],
      });
    },
    unreadable: (path = "") => {
      this.namespaces.push({
        identity: `4:${path}`,
        paths: [path],
        pid: 1,
        idOnHost: undefined,
        links: undefined,
      });
    },
    /** A kind, or "moved" for a veth whose other end was moved to the host; whose it is; its bridge. */
    link: (name = "", as = "veth", of = "-", master) => {
      const peerNamespaceId = as === "veth" ? 77 : undefined;
      const place = { index: this.#index++, peerIndex: 2, peerNamespaceId };
      const kind = as === "moved" ? "veth" : as;
      const owner = of === "-" ? undefined : attachment(of);
      this.links.push({ name, kind, mac: "", up: true, master, owner, ...place });
    },
    element: (set = "", keyHex = "", tag = "") => {
      this.elements.push({ family: "inet", set, keyHex, tag });
    },
    neighbour: (link = "", address = "", mac = "", state = "") => {
      this.neighbours.push({ link, address, mac, isPermanent: state === "permanent" });
    },
    forwarding: (link = "", mac = "", remote) => {
      const table = remote === undefined ? "master" : "self";
      this.forwarding.push({ link, mac, table, isStatic: true, remote });
    },
    route: (destination = "", link = "", gateway) => {
      this.routes.push({ destination, link, gateway, isOurs: gateway !== undefined });
    },
    pending: (file = "", name, seconds = "0") => {
      const state: PendingDel["state"] =
        name === undefined ? { kind: "draft" } : { kind: "whole", owner: attachment(name) };
      this.pending.push({ file, writtenMs: NOW_MS - Number(seconds) * 1000, state });
    },
    /** Takes one thing away again: `without link net/a/eth0`. */
    without: (what = "", name = "") => this.#without(what, attachment(name)),
  };

  #lease(address = "", name = "", seconds = "3600"): void {
    const owner = name === "-" ? undefined : attachment(name);
    const folder = this.#network(owner?.network ?? "net");
    const file = `${DATA_DIR}/${folder.network}/${address}`;
    const modifiedMs = NOW_MS - Number(seconds) * 1000;
    folder.leases = [...folder.leases, { file, address, owner, modifiedMs }];
  }

  #record(name = "", address = "", bootId = "boot", path?: string): void {
    const { network, ...owner } = attachment(name);
    const folder = this.#network(network);
    const netns = path ?? pathOf(owner);
    const record = { ...owner, addresses: [address], bootId, netns, netnsIdentity: `4:${netns}` };
    folder.records = [...folder.records, record];
  }

  #cached(name = "", path?: string, type = "fairlead"): void {
    const owner = attachment(name);
    const file = `/cache/${name.replaceAll("/", "-")}`;
    const netns = path === "-" ? "" : (path ?? pathOf(owner));
    this.cache?.push({ ...owner, file, netns, pod: undefined, types: [type] });
  }

  #rules(name = "", address = ""): void {
    const keyHex = Buffer.from(address.split(".").map(Number)).toString("hex");
    const tag = `tag-${name}`;
    const noted = { set: "masquerade4", keyHex };
    const owner = attachment(name);
    this.notes.push({ family: "inet", owner, tag, elements: [noted], addresses: [address] });
    this.elements.push({ family: "inet", set: "masquerade4", keyHex, tag });
  }

  #connect(name = "", address = ""): void {
    const owner = attachment(name);
    const [index, peerIndex, idOnHost] = [this.#index++, 2, this.#index++];
    const path = pathOf(owner);
    this.links.push({
      ...{ name: hostLinkName(owner), index, kind: "veth", mac: hostMac(owner), up: true },
      ...{ peerIndex, peerNamespaceId: idOnHost, master: "cni0", owner },
    });
    const mac = containerMac(owner);
    const inner = { name: owner.ifname, index: peerIndex, mac, peerIndex: index };
    const links = [{ ...inner, addresses: [address] }];
    this.namespaces.push({ identity: `4:${path}`, paths: [path], pid: undefined, idOnHost, links });
  }

  #without(what: string, owner: Attachment): void {
    const isOther = (each: Attachment | undefined): boolean =>
      each?.containerId !== owner.containerId;
    const path = pathOf(owner);
    const folder = this.networks.get(owner.network);
    if (what === "lease" && folder !== undefined)
      folder.leases = folder.leases.filter(
        ({ owner: its }) => its?.containerId !== owner.containerId,
      );
    if (what === "cache") this.cache = this.cache?.filter(isOther);
    if (what === "caches") this.cache = undefined;
    if (what === "elements")
      this.elements = this.elements.filter(({ tag }) => !tag.includes(`/${owner.containerId}/`));
    if (what === "rules") this.notes = this.notes.filter((note) => isOther(note.owner));
    if (what === "alias")
      this.links = this.links.map((link) =>
        isOther(link.owner) ? link : { ...link, owner: undefined },
      );
    // A veth goes as a whole, and with the namespace.
    if (what === "link" || what === "namespace")
      this.links = this.links.filter((link) => isOther(link.owner));
    if (what === "link")
      this.namespaces = this.namespaces.map((each) =>
        each.paths.includes(path) ? { ...each, links: [] } : each,
      );
    if (what === "namespace")
      this.namespaces = this.namespaces.filter((each) => !each.paths.includes(path));
  }

  #network(network: string): Draft {
    const known = this.networks.get(network) ?? {
      dataDir: DATA_DIR,
      network,
      leases: [],
      records: [],
    };
    this.networks.set(network, known);
    return known;
  }
}

/** The survey that a script tells: a word and its arguments a line. */
export function survey(script: string): NodeSurvey {
  const scene = new Scene();
  for (const line of script.split("\n").map((each) => each.trim())) {
    const [word = "", ...args] = line.split(/\s+/);
    if (word === "") continue;
    const play = scene.words[word];
    if (play === undefined) throw new Error(`no word of a script: ${line}`);
    play(...args);
  }
  const { cache: runtimeCache, networks, notes: owners, elements, ...rest } = scene;
  const { namespaces, links, neighbours, forwarding, routes, pending } = rest;
  return {
    takenMs: NOW_MS,
    bootId: "boot",
    networks: [...networks.values()],
    runtimeCache,
    ...{ namespaces, links, neighbours, forwarding, routes, pending },
    rules: { owners, elements },
  };
}

function attachment(name: string): Attachment {
  const [network = "", containerId = "", ifname = ""] = name.split("/");
  return { network, containerId, ifname };
}

const pathOf = ({ containerId }: Pick<Attachment, "containerId">): string =>
  `/run/netns/${containerId}`;
