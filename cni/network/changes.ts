import { existsSync } from "node:fs";
import { addAddress, deleteAddress } from "#linux/netlink/route/address.ts";
import { changeLink, deleteLink } from "#linux/netlink/route/link.ts";
import { addRoute } from "#linux/netlink/route/route.ts";
import { writeSysctl } from "#linux/sysctl.ts";
import type { LinkPlace, NetworkChange, ResultRoute } from "../contract.ts";
import type { HostSysctls } from "./host-sysctls.ts";
import { makeBridge, makePort, makeVlan } from "./make-links.ts";
import { shape, shapeIngress } from "./shape.ts";
import type { Sockets } from "./sockets.ts";

/** One step, but for those that may wait. */
export function applyChange(
  sockets: Sockets,
  change: Exclude<NetworkChange, { kind: "await-up" | "veth" }>,
  sysctls: HostSysctls,
): void {
  switch (change.kind) {
    case "bridge":
      makeBridge(sockets, change);
      return;
    case "port":
      makePort(sockets, change);
      return;
    case "vlan":
      makeVlan(sockets, change);
      return;
    case "up":
    case "down": {
      const index = sockets.index(change);
      sockets.leave(change.netns, changeLink(index, { up: change.kind === "up" }));
      return;
    }
    case "delete":
      remove(sockets, change);
      return;
    case "address": {
      const { address, noPrefixRoute, duplicateDetection } = change;
      const linkIndex = sockets.index(change);
      const added = addAddress({ linkIndex, address, noPrefixRoute, duplicateDetection });
      sockets.leave(change.netns, added, "EEXIST");
      return;
    }
    case "remove-address": {
      const linkIndex = sockets.index(change);
      const removed = deleteAddress({ linkIndex, address: change.address });
      sockets.leave(change.netns, removed, "EADDRNOTAVAIL", "ENOENT");
      return;
    }
    case "route":
      addOneRoute(sockets, change);
      return;
    case "set-link": {
      const { kind: _kind, link: _link, netns, mtu, ...changes } = change;
      const sized = mtu === undefined ? {} : { mtuBytes: mtu };
      sockets.leave(netns, changeLink(sockets.index(change), { ...changes, ...sized }));
      return;
    }
    case "sysctl":
      setSysctl(sockets, change, sysctls);
      return;
    case "shape":
      shape(sockets, change);
      return;
    case "shape-ingress":
      shapeIngress(sockets, change);
      return;
  }
}

function remove(sockets: Sockets, place: LinkPlace): void {
  const socket = sockets.maybeIn(place.netns);
  const link = socket?.link(place.link);
  sockets.forget(place);
  // Whoever removes the other end of a veth removes this one.
  if (link !== undefined) socket?.applyUnless(deleteLink(link.index), "ENODEV");
}

function addOneRoute(
  sockets: Sockets,
  { dst, gw, mtu, advmss, priority, table, scope, ...place }: LinkPlace & ResultRoute,
): void {
  const route = {
    destination: dst,
    linkIndex: sockets.index(place),
    ...(gw !== undefined && { gateway: gw }),
    ...(mtu !== undefined && { mtuBytes: mtu }),
    ...(advmss !== undefined && { advertisedMssBytes: advmss }),
    ...(priority !== undefined && { priority }),
    ...(table !== undefined && { table }),
    ...(scope !== undefined && { scope }),
    protocol: RTPROT_BOOT,
  };
  sockets.leave(place.netns, addRoute(route), "EEXIST");
}

/** As `ip route add` and the reference plugins have it. */
const RTPROT_BOOT = 3;

function setSysctl(
  sockets: Sockets,
  { netns, key, value }: Extract<NetworkChange, { kind: "sysctl" }>,
  sysctls: HostSysctls,
): void {
  // What netlink knows of them spares the thread the way into the namespace.
  const [, link] = /^net\/ipv4\/conf\/([^/]+)\/arp_notify$/.exec(key) ?? [];
  if (link !== undefined && link !== "all" && link !== "default") {
    const index = sockets.index({ link, ...(netns !== undefined && { netns }) });
    sockets.leave(netns, changeLink(index, { arpNotify: value !== "0" }));
    return;
  }
  // A machine without IPv6 has none of its keys, and nothing that they would change.
  if (key.startsWith("net/ipv6/") && !hasIpv6()) return;
  sockets.flush();
  if (netns === undefined) sysctls.set(key, value);
  else writeSysctl(key, value, netns);
}

let isIpv6There = false;

function hasIpv6(): boolean {
  isIpv6There ||= existsSync("/proc/sys/net/ipv6");
  return isIpv6There;
}
