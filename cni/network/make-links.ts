import type { NetlinkRequest } from "#linux/netlink/contract.ts";
import {
  addPortVlans,
  changeBridgePort,
  removePortVlans,
} from "#linux/netlink/route/bridge-port.ts";
import { changeBridge, changeLink, createLink } from "#linux/netlink/route/link.ts";
import type { NetworkChange } from "../contract.ts";
import { CniError } from "../errors.ts";
import { ownerName } from "./owner-name.ts";
import type { Sockets } from "./sockets.ts";

type Of<Kind extends NetworkChange["kind"]> = Extract<NetworkChange, { kind: Kind }>;

const DEFAULT_VLAN = 1;

/**
 * The kernel would make one for each CPU, with files in sysfs: a third of the time that a veth takes on two CPUs, more
 * on more. Only XDP programs on a veth have a use for them: packets go to the sender's CPU's backlog.
 */
const VETH_QUEUES = 1;

/** Makes the bridge, or makes the one that is there agree. */
export function makeBridge(sockets: Sockets, wanted: Of<"bridge">): void {
  const { name, mac, mtu, promiscuous, vlanFiltering } = wanted;
  const { host } = sockets;
  const sized = mtu === undefined ? {} : { mtuBytes: mtu };
  const change = (request: NetlinkRequest): void => sockets.leave(undefined, request);
  // Two ADDs may find none; the one that comes second finds it then.
  const present = sockets.met({ link: name }) ?? host.link(name);
  const isNew =
    present === undefined &&
    host.applyUnless(
      // Kernels without VLANs refuse the mere word.
      createLink({
        kind: "bridge",
        name,
        mac,
        ...sized,
        ...(vlanFiltering && { bridge: { vlanFiltering } }),
      }),
      "EEXIST",
    );
  const bridge = present ?? sockets.link({ link: name });
  if (bridge.kind !== "bridge")
    throw new CniError(103, `link ${name} is no bridge but of kind "${bridge.kind}"`);
  if (promiscuous !== bridge.promiscuous) change(changeLink(bridge.index, { promiscuous }));
  if (isNew) return;
  // Set to what it is already it stays, whichever ports come and go; but the bridge's neighbours are forgotten for it.
  if (bridge.mac !== mac) change(changeLink(bridge.index, { mac: bridge.mac }));
  if (mtu !== undefined && mtu !== bridge.mtuBytes)
    change(changeLink(bridge.index, { mtuBytes: mtu }));
  if (vlanFiltering && bridge.bridge?.vlanFiltering !== true)
    change(changeBridge(bridge.index, { vlanFiltering }));
}

/**
 * Both ends in one message, and with it another for what the kernel does not take at creation: the host's end bears its
 * owner's name.
 */
export function makeVeth(
  sockets: Sockets,
  { host, container, mtu, owner, port }: Of<"veth">,
): void {
  const shaped = { queues: VETH_QUEUES, ...(mtu !== undefined && { mtuBytes: mtu }) };
  const { fd: namespaceFd } = sockets.namespace(container.netns);
  const peer = { name: container.name, mac: container.mac, ...shaped, namespaceFd };
  const made = { kind: "veth", ...host, ...shaped, peer } as const;
  const alias = ownerName(owner);
  if (port === undefined) {
    sockets.leave(undefined, createLink(made));
    sockets.leave(undefined, changeLink(host.name, { alias }));
  } else {
    const { bridge, ...flags } = port;
    const masterIndex = sockets.index({ link: bridge });
    sockets.leave(undefined, createLink({ ...made, masterIndex, up: true }));
    // A new port is neither as it comes.
    const isUsual = !flags.hairpin && !flags.isolated;
    sockets.leave(undefined, changeLink(host.name, { alias, ...(!isUsual && { port: flags }) }));
  }
}

export function makePort(sockets: Sockets, change: Of<"port">): void {
  const { link, bridge, hairpin, isolated, vlans, removeDefaultVlan } = change;
  const leave = (request: NetlinkRequest, ...unless: readonly string[]): void =>
    sockets.leave(undefined, request, ...unless);
  const index = sockets.index({ link });
  leave(changeLink(index, { masterIndex: sockets.index({ link: bridge }) }));
  leave(changeBridgePort(index, { hairpin, isolated }));
  if (vlans.length > 0)
    leave(
      addPortVlans(
        index,
        vlans.map(({ vid, lastVid = vid, ...rest }) => ({ id: vid, lastId: lastVid, ...rest })),
      ),
    );
  // One that is not in it is refused with EINVAL.
  if (removeDefaultVlan && !vlans.some(({ vid }) => vid === DEFAULT_VLAN))
    leave(removePortVlans(index, [{ id: DEFAULT_VLAN }]), "EINVAL");
}

/** The bridge itself has to be in the VLAN, too. */
export function makeVlan(sockets: Sockets, { name, bridge, vid }: Of<"vlan">): void {
  const { index: parentIndex } = sockets.link({ link: bridge });
  sockets.host.apply(addPortVlans(parentIndex, [{ id: vid }], true));
  const made = createLink({ kind: "vlan", name, vlan: { id: vid, parentIndex } });
  sockets.host.applyUnless(made, "EEXIST");
}
