/**
 * The CNI part's shared shapes: what the protocol carries (CNI specification 1.1.0), and what a plugin type asks of
 * the node's kernel. Inside the part a result always has the shape of 1.1.0; cni/plugin/result turns it into others.
 */

export type CniVersion = "0.1.0" | "0.2.0" | "0.3.0" | "0.3.1" | "0.4.0" | "1.0.0" | "1.1.0";

export type CniCommand = "ADD" | "DEL" | "CHECK" | "GC" | "STATUS" | "VERSION";

/** One interface of one container in one network; all state is kept by it, never by an address found on a link. */
export interface Attachment {
  readonly network: string;
  readonly containerId: string;
  readonly ifname: string;
}

/** An interface that a runtime still knows, in GC's list. */
export interface ValidAttachment {
  readonly containerID: string;
  readonly ifname: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A network configuration list, `*.conflist` (specification §1); keys it does not name are kept as they are. */
export interface ConfigurationList {
  readonly cniVersion: CniVersion;
  readonly cniVersions?: readonly string[];
  readonly name: string;
  readonly disableCheck?: boolean;
  readonly disableGC?: boolean;
  readonly plugins: readonly PluginObject[];
}

/** One object of a list's `plugins`: `type` and whatever that type understands. */
export interface PluginObject extends JsonObject {
  readonly type: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
}

/** The configuration that one plugin is handed on stdin (specification §3, "Deriving request configuration"). */
export interface PluginConfiguration {
  /** "0.1.0" where the configuration names none. */
  readonly cniVersion: CniVersion;
  readonly name: string;
  readonly type: string;
  readonly dns?: Dns;
  readonly runtimeConfig: JsonObject;
  /** `args.cni`, requests that a runtime hands through. */
  readonly args: JsonObject;
  /** In GC alone; undefined when the runtime sent no list, which is not an empty one. */
  readonly validAttachments?: readonly ValidAttachment[];
  readonly prevResult?: Result;
  /** All keys as they came, for the type's own options and for delegates. */
  readonly raw: JsonObject;
}

/** A call with its environment checked; what a command does not need may be absent. */
export interface PluginRequest {
  readonly command: Exclude<CniCommand, "VERSION">;
  readonly configuration: PluginConfiguration;
  /** "" in GC and STATUS, which concern no container; so is the interface's name. */
  readonly attachment: Attachment;
  /** Path of the container's network namespace; "" where a DEL comes without. */
  readonly netns: string;
  /** Host.netnsIdentity() of it. */
  readonly netnsIdentity: string | undefined;
  /** CNI_ARGS by key. */
  readonly cniArgs: ReadonlyMap<string, string>;
  /** CNI_PATH, split. */
  readonly pluginFolders: readonly string[];
  /** The environment as it came, for delegates. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A result of ADD in the shape of 1.1.0 (specification §5). */
export interface Result {
  readonly interfaces: readonly ResultInterface[];
  readonly ips: readonly ResultIp[];
  readonly routes: readonly ResultRoute[];
  readonly dns: Dns;
}

export interface ResultInterface {
  readonly name: string;
  readonly mac?: string;
  readonly mtu?: number;
  /** The network namespace's path; absent for an interface of the host. */
  readonly sandbox?: string;
  readonly socketPath?: string;
  readonly pciID?: string;
}

export interface ResultIp {
  /** With its prefix length, "10.1.2.3/24". */
  readonly address: string;
  readonly gateway?: string;
  /** Index into `interfaces`. */
  readonly interface?: number;
}

export interface ResultRoute {
  readonly dst: string;
  readonly gw?: string;
  readonly mtu?: number;
  readonly advmss?: number;
  readonly priority?: number;
  readonly table?: number;
  /** 0 global, 253 link, 254 host. */
  readonly scope?: number;
}

export interface Dns {
  readonly nameservers?: readonly string[];
  readonly domain?: string;
  readonly search?: readonly string[];
  readonly options?: readonly string[];
}

/** What a plugin type does for each command. ADD gives the result of the chain so far, its own part in it. */
export interface PluginType {
  readonly name: string;
  add(request: PluginRequest): Promise<Result>;
  /** Succeeds also when there is nothing left to remove. */
  del(request: PluginRequest): Promise<void>;
  /** @throws CniError naming the first thing that is not as ADD left it */
  check(request: PluginRequest): Promise<void>;
  gc(request: PluginRequest): Promise<void>;
  /** @throws CniError 50 or 51 when an ADD could not succeed now */
  status(request: PluginRequest): Promise<void>;
}

/** The process around one call, handed in so that tests run a call in-process. */
export interface PluginIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How the plugin was called: the type where the configuration cannot be read, and the subject of the about text. */
  readonly argv0: string;
  readStdin(): Promise<string>;
  writeStdout(text: string): void;
  writeStderr(text: string): void;
}

/** What a plugin asks of the machine besides its network. */
export interface Host {
  /** /proc/sys/kernel/random/boot_id. */
  bootId(): string;
  /** Device and inode of a namespace file, "4:4026531840"; undefined where the path leads to none that can be seen. */
  netnsIdentity(path: string): string | undefined;
  ownNetnsIdentity(): string;
}

/** Where a link is: in the namespace of that path, or on the host. */
export interface LinkPlace {
  readonly netns?: string;
  readonly link: string;
}

/** A membership of a bridge port; a trunk carries the range from `vid` to `lastVid`, tagged. */
export interface PortVlan {
  readonly vid: number;
  readonly lastVid?: number;
  readonly pvid: boolean;
  readonly untagged: boolean;
}

/**
 * One step of a plan, done in order. Making what is there as asked, and removing what is not there, are no errors;
 * a veth whose name is taken is one.
 */
export type NetworkChange =
  | {
      readonly kind: "bridge";
      readonly name: string;
      /** Given to a bridge that is made; one that exists keeps its own, which is then pinned. */
      readonly mac: string;
      readonly mtu?: number;
      readonly promiscuous: boolean;
      readonly vlanFiltering: boolean;
    }
  | {
      /**
       * Both ends in one message, the container's at once in its namespace. A link on the host that has the name is one
       * that a killed ADD left, and is replaced.
       */
      readonly kind: "veth";
      readonly host: { readonly name: string; readonly mac: string };
      readonly container: { readonly netns: string; readonly name: string; readonly mac: string };
      readonly mtu?: number;
      /** Kept as the host end's alias, so that its owner can be named. */
      readonly owner: Attachment;
      /** The host's end is made as a port of that bridge, and up. */
      readonly port?: {
        readonly bridge: string;
        readonly hairpin: boolean;
        readonly isolated: boolean;
      };
    }
  | {
      readonly kind: "port";
      readonly link: string;
      readonly bridge: string;
      readonly hairpin: boolean;
      readonly isolated: boolean;
      /** Empty: the bridge's own default stays. */
      readonly vlans: readonly PortVlan[];
      readonly removeDefaultVlan: boolean;
    }
  | {
      /** A sub-interface of a bridge for one VLAN, which carries the gateway. */
      readonly kind: "vlan";
      readonly name: string;
      readonly bridge: string;
      readonly vid: number;
    }
  | ({ readonly kind: "up" } & LinkPlace)
  | ({ readonly kind: "down" } & LinkPlace)
  | ({ readonly kind: "delete" } & LinkPlace)
  | ({
      readonly kind: "address";
      readonly address: string;
      /** The kernel makes no route to the subnet. */
      readonly noPrefixRoute: boolean;
      /** IPv6 alone: the address is tentative until the kernel has asked around for it, for a second or two. */
      readonly duplicateDetection: boolean;
    } & LinkPlace)
  | ({ readonly kind: "remove-address"; readonly address: string } & LinkPlace)
  | ({ readonly kind: "route" } & LinkPlace & ResultRoute)
  | ({
      readonly kind: "set-link";
      readonly mac?: string;
      readonly mtu?: number;
      readonly promiscuous?: boolean;
      readonly allMulticast?: boolean;
      readonly txQueueLength?: number;
    } & LinkPlace)
  /** Key as a path below /proc/sys, for interfaces with dots: `net/ipv4/ip_forward`; with `netns` in that namespace. */
  | {
      readonly kind: "sysctl";
      readonly netns?: string;
      readonly key: string;
      readonly value: string;
    }
  /** Waits until the link's operational state is up. */
  | ({ readonly kind: "await-up" } & LinkPlace)
  /** Token bucket on what leaves the link. */
  | ({ readonly kind: "shape"; readonly rate: Rate } & LinkPlace)
  /** Token bucket on what enters the link, by way of an ifb device of the given name. */
  | {
      readonly kind: "shape-ingress";
      readonly link: string;
      readonly ifb: string;
      readonly rate: Rate;
      readonly mtu?: number;
      /** Kept as the device's alias: it outlives the link whose traffic it shapes. */
      readonly owner: Attachment;
    };

export interface Rate {
  readonly bitsPerSecond: number;
  readonly burstBits: number;
}

/** Packet rules of one attachment, by what they are for; each kind is replaced and removed on its own. */
export type OwnedRules =
  | {
      readonly kind: "masquerade";
      readonly addresses: readonly string[];
      /** Destinations that keep the pod's address; multicast always does. */
      readonly exclude: readonly string[];
    }
  | {
      readonly kind: "host-ports";
      readonly mappings: readonly HostPort[];
      readonly masquerade: "none" | "hairpin-and-local" | "all";
      readonly markBit: number;
      /** Conditions in the rule language, put before the mapping. */
      readonly conditions: Readonly<Record<"ip" | "ip6", readonly string[]>>;
    }
  | {
      readonly kind: "anti-spoof";
      readonly link: string;
      readonly mac: string;
      readonly bridge: string;
    }
  | {
      readonly kind: "admission";
      readonly policy: "open" | "same-bridge" | "isolated";
      readonly addresses: readonly string[];
      readonly bridge?: string;
    };

export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp" | "sctp";
  /** Absent: any address of the node. */
  readonly hostIp?: string;
  readonly podAddress: string;
}

/** A port of the node, of one family. */
export interface NodePort extends Pick<HostPort, "hostPort" | "protocol" | "hostIp"> {
  readonly family: 4 | 6;
}

export interface LinkState {
  readonly kind: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly promiscuous: boolean;
  readonly allMulticast: boolean;
  readonly txQueueLength: number;
  /** Of a veth whose other end is on the host: that end's name. */
  readonly peer?: string;
  /** Name of the bridge it is a port of. */
  readonly master?: string;
  readonly hairpin?: boolean;
  readonly isolated?: boolean;
  readonly addresses: readonly string[];
  readonly routes: readonly ResultRoute[];
}

/** What one exchange with the kernel tells of a link. */
export type LinkHead = Pick<LinkState, "kind" | "mac" | "mtu" | "up">;

export type LinkFacts = Pick<LinkState, "mtu"> & Partial<Pick<LinkState, "mac">>;

/** The kernel's network of this node. Implementations: netlink and nftables, and a fake that behaves alike. */
export interface NodeNetwork {
  /**
   * Does the changes in order. Of those after one that fails, some may be done; what was done stays, and the caller
   * undoes it.
   * @throws FairleadError with the change, the call and the kernel's own words
   */
  apply(changes: readonly NetworkChange[]): Promise<void>;
  /** Undefined when there is no such link, or no such namespace. */
  linkState(place: LinkPlace): Promise<LinkState | undefined>;
  /** linkState() for less. */
  linkHead(place: LinkPlace): Promise<LinkHead | undefined>;
  /** What a result says of a link: its MTU, and its hardware address unless whoever made it in this call has said it. */
  linkFacts(place: LinkPlace): Promise<LinkFacts | undefined>;
  hasLink(place: LinkPlace): Promise<boolean>;
  /** Of a link, with their lengths, of one family if so asked; none where there is no such link. */
  addresses(place: LinkPlace, family?: 4 | 6): Promise<readonly string[]>;
  /** Whether a process of the node listens on the port, at the address or, without one, at any of the family. */
  isPortHeld(port: NodePort): Promise<boolean>;
  /** Undefined where the kernel knows no such key. */
  sysctl(key: string, netns?: string): Promise<string | undefined>;
  /**
   * Replaces the owner's rules of the kinds that are given, in one transaction. With host ports, here and in
   * removeRules(), tracked UDP flows to them are forgotten, or they would go on to where they went before.
   */
  setRules(owner: Attachment, rules: readonly OwnedRules[]): Promise<void>;
  hasRules(owner: Attachment, kind: OwnedRules["kind"]): Promise<boolean>;
  /** No rules are no error. */
  removeRules(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void>;
  /** Whoever has rules or links in the network: what GC compares with the runtime's list. */
  owners(network: string): Promise<readonly Attachment[]>;
}

/** The network in the hands of one call: what it opens stays open until the end, and no longer. */
export interface NetworkSession extends NodeNetwork {
  end(): void;
}

/** What hands the network out to calls. */
export interface NetworkSource {
  session(): NetworkSession;
}
