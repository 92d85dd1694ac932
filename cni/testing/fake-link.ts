import type { LinkState, PortVlan, ResultRoute } from "../contract.ts";

/** A link of the fake node, as its changes leave it. */
export interface FakeLink {
  readonly name: string;
  /** Path of its namespace, "" on the host. */
  readonly netns: string;
  readonly kind: string;
  mac: string;
  mtu: number;
  up: boolean;
  promiscuous: boolean;
  allMulticast: boolean;
  txQueueLength: number;
  master: string | undefined;
  hairpin: boolean;
  isolated: boolean;
  peer: FakeLink | undefined;
  vlans: readonly PortVlan[];
  shaped: string | undefined;
  addresses: string[];
  routes: ResultRoute[];
}

export function fakeLink(
  netns: string,
  name: string,
  kind: string,
  mac: string,
  mtu = 1500,
): FakeLink {
  return {
    name,
    netns,
    kind,
    mac,
    mtu,
    up: false,
    promiscuous: false,
    allMulticast: false,
    txQueueLength: 1000,
    master: undefined,
    hairpin: false,
    isolated: false,
    peer: undefined,
    vlans: [],
    shaped: undefined,
    addresses: [],
    routes: [],
  };
}

export function toState(link: FakeLink): LinkState {
  const { kind, mac, mtu, up, promiscuous, allMulticast, txQueueLength, master } = link;
  const peer = link.peer?.netns === "" ? link.peer.name : undefined;
  return {
    kind,
    mac,
    mtu,
    up,
    promiscuous,
    allMulticast,
    txQueueLength,
    ...(master !== undefined && { master, hairpin: link.hairpin, isolated: link.isolated }),
    ...(peer !== undefined && { peer }),
    addresses: [...link.addresses],
    routes: [...link.routes],
  };
}

/** One line of a dump: what is not as a new link has it. */
export function describeLink(link: FakeLink): string {
  const words = [
    `${link.netns === "" ? "host" : link.netns} ${link.name} ${link.kind} ${link.mac}`,
    link.up ? "up" : "down",
    ...(link.mtu === 1500 ? [] : [`mtu ${link.mtu}`]),
    ...(link.promiscuous ? ["promisc"] : []),
    ...(link.allMulticast ? ["allmulti"] : []),
    ...(link.txQueueLength === 1000 ? [] : [`txqlen ${link.txQueueLength}`]),
    ...(link.master === undefined ? [] : [`master ${link.master}`]),
    ...(link.hairpin ? ["hairpin"] : []),
    ...(link.isolated ? ["isolated"] : []),
    ...(link.shaped === undefined ? [] : [link.shaped]),
  ];
  const details = [
    ...link.vlans.map(describeVlan),
    ...link.addresses.map((address) => `  inet ${address}`),
    ...link.routes.map(describeRoute),
  ];
  return [words.join(" "), ...details].join("\n");
}

function describeVlan({ vid, lastVid, pvid, untagged }: PortVlan): string {
  const range = lastVid === undefined ? `${vid}` : `${vid}-${lastVid}`;
  return `  vlan ${range}${pvid ? " pvid" : ""}${untagged ? " untagged" : ""}`;
}

function describeRoute({ dst, gw, ...rest }: ResultRoute): string {
  const extra = Object.entries(rest).map(([key, value]) => ` ${key} ${value}`);
  return `  route ${dst}${gw === undefined ? "" : ` via ${gw}`}${extra.join("")}`;
}
