import { addAddress, deleteAddress } from "#linux/netlink/route/address.ts";
import type { Link, LinkAddress } from "#linux/netlink/route/contract.ts";
import { createLink, deleteLink } from "#linux/netlink/route/link.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import { FairleadError } from "#observe/errors.ts";
import { familyOf } from "./table.ts";

const DEVICE = "fairlead-dns";

/** The addresses as this node's own, on a device of their own or, where the kernel has no such device, on `lo`. */
export class HeldAddresses {
  readonly device: string;
  readonly #route: RouteSocket;
  readonly #link: Link;
  readonly #addresses: readonly string[];

  /** @throws NetlinkError when the kernel refuses */
  constructor(route: RouteSocket, addresses: readonly string[]) {
    this.#route = route;
    this.#link = deviceOf(route);
    this.device = this.#link.name;
    this.#addresses = addresses;
    for (const address of addresses) route.apply(addAddress(this.#entry(address), "replace"));
  }

  /** Takes them away, and the device where it is their own. */
  release(): void {
    for (const address of this.#addresses)
      this.#route.applyUnless(deleteAddress(this.#entry(address)), "EADDRNOTAVAIL", "ENODEV");
    if (this.#link.name === DEVICE) this.#route.applyUnless(deleteLink(this.#link.index), "ENODEV");
  }

  #entry(address: string): LinkAddress {
    const lengthBits = familyOf(address) === 4 ? 32 : 128;
    return { linkIndex: this.#link.index, address: `${address}/${lengthBits}` };
  }
}

function deviceOf(route: RouteSocket): Link {
  // ENOTSUP: a kernel without dummy devices.
  route.applyUnless(createLink({ kind: "dummy", name: DEVICE, up: true }), "EEXIST", "ENOTSUP");
  const link = route.link(DEVICE) ?? route.link("lo");
  if (link === undefined) throw new FairleadError("FL-L001", "there is no loopback device");
  return link;
}
