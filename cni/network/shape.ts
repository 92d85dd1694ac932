import { changeLink, createLink } from "#linux/netlink/route/link.ts";
import { addIngress, redirectIngress, shapeEgress } from "#linux/netlink/route/shaping.ts";
import type { NetworkChange, Rate } from "../contract.ts";
import { ownerName } from "./owner-name.ts";
import type { Sockets } from "./sockets.ts";

/** How long a packet may wait: the reference plugin's. */
const latencyMs = 25;

const shaping = ({ bitsPerSecond, burstBits }: Rate) => ({
  bitsPerSecond,
  burstBytes: Math.ceil(burstBits / 8),
  latencyMs,
});

export function shape(
  sockets: Sockets,
  { rate, ...place }: Extract<NetworkChange, { kind: "shape" }>,
): void {
  const { index } = sockets.link(place);
  sockets.in(place.netns).apply(shapeEgress(index, shaping(rate)));
}

/** What comes in by the link goes out of the device, where it can be shaped. */
export function shapeIngress(
  sockets: Sockets,
  { link, ifb, rate, mtu, owner }: Extract<NetworkChange, { kind: "shape-ingress" }>,
): void {
  const { host } = sockets;
  const { index } = sockets.link({ link });
  const sized = mtu === undefined ? {} : { mtuBytes: mtu };
  host.apply(createLink({ kind: "ifb", name: ifb, ...sized }));
  const device = sockets.link({ link: ifb }).index;
  host.apply(changeLink(device, { alias: ownerName(owner), up: true }));
  host.applyUnless(addIngress(index), "EEXIST");
  host.apply(redirectIngress(index, device));
  host.apply(shapeEgress(device, shaping(rate)));
}
