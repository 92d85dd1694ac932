import { createAnonymousNamespace } from "#linux/namespace/anonymous.ts";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { addAddress } from "#linux/netlink/route/address.ts";
import { changeLink, createLink, deleteLink } from "#linux/netlink/route/link.ts";
import { addRoute } from "#linux/netlink/route/route.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import type { LabPlan, PlaceAddress } from "../contract.ts";
import { underlaySysctls, writeSysctls } from "./sysctls.ts";

const BRIDGE = "underlay";

/** A network namespace with eth0 on the underlay. */
export interface Place {
  readonly namespace: NetworkNamespace;
  /** Whether its port on the underlay is up: a cable in, or pulled out. */
  setPort(up: boolean): void;
  /** Takes the port away and lets go of the namespace, which ends with the last process in it. */
  close(): void;
}

/** The switch between nodes, the machine and what is outside: a bridge in the namespace of this process. */
export class Underlay {
  readonly route: RouteSocket;
  readonly bridgeIndex: number;
  readonly #plan: LabPlan;

  constructor(plan: LabPlan) {
    this.#plan = plan;
    writeSysctls(underlaySysctls);
    this.route = openRoute();
    this.route.apply(
      createLink({
        kind: "bridge",
        name: BRIDGE,
        up: true,
        bridge: { stp: false, forwardDelayMs: 0 },
      }),
    );
    this.bridgeIndex = indexOf(this.route, BRIDGE);
    this.route.apply(changeLink(indexOf(this.route, "lo"), { up: true }));
    this.#addAddress(this.route, this.bridgeIndex, plan.gateway);
  }

  /** The machine's link into the underlay; it ends with the bridge's namespace, and its address and route with it. */
  connectMachine(machineNamespaceFd: number): void {
    const { machine, gateway, loadBalancerPool } = this.#plan;
    this.#connect("machine", { name: machine.name, namespaceFd: machineNamespaceFd });
    const route = openRoute({ namespacePath: `/proc/self/fd/${machineNamespaceFd}` });
    try {
      const linkIndex = indexOf(route, machine.name);
      route.apply(changeLink(linkIndex, { up: true }));
      this.#addAddress(route, linkIndex, machine.address);
      route.apply(addRoute({ destination: loadBalancerPool, gateway, linkIndex }));
    } finally {
      route.close();
    }
  }

  /** A new member of the underlay, whose default route leads to the gateway. */
  createPlace({ name, address }: PlaceAddress, sysctls: Readonly<Record<string, string>>): Place {
    const namespace = createAnonymousNamespace();
    const namespacePath = `/proc/self/fd/${namespace.fd}`;
    writeSysctls(sysctls, namespacePath);
    const portIndex = this.#connect(name, { name: "eth0", namespaceFd: namespace.fd });
    const route = openRoute({ namespacePath });
    try {
      const linkIndex = indexOf(route, "eth0");
      route.apply(changeLink(indexOf(route, "lo"), { up: true }));
      route.apply(changeLink(linkIndex, { up: true }));
      this.#addAddress(route, linkIndex, address);
      route.apply(addRoute({ destination: "0.0.0.0/0", gateway: this.#plan.gateway }));
    } finally {
      route.close();
    }
    return {
      namespace,
      setPort: (up) => this.route.apply(changeLink(portIndex, { up })),
      close: () => {
        this.route.applyUnless(deleteLink(portIndex), "ENODEV");
        namespace.close();
      },
    };
  }

  #connect(port: string, peer: { readonly name: string; readonly namespaceFd: number }): number {
    const masterIndex = this.bridgeIndex;
    this.route.apply(createLink({ kind: "veth", name: port, up: true, masterIndex, peer }));
    return indexOf(this.route, port);
  }

  #addAddress(route: RouteSocket, linkIndex: number, address: string): void {
    route.apply(addAddress({ linkIndex, address: `${address}/${this.#plan.prefixLength}` }));
  }
}

function indexOf(route: RouteSocket, name: string): number {
  const link = route.link(name);
  if (link === undefined) throw new Error(`there is no link ${name}`);
  return link.index;
}
