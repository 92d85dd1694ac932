import { NETLINK_ROUTE } from "../abi.ts";
import type { Acknowledgement, NetlinkConnection, NetlinkRequest } from "../contract.ts";
import { NetlinkError } from "../errors.ts";
import type { IpFamily } from "../ip.ts";
import { type NetlinkSocketOptions, openNetlink } from "../socket.ts";
import { listAddresses, readAddress } from "./address.ts";
import { listPortVlans, readPortVlans } from "./bridge-port.ts";
import type {
  ForwardingEntry,
  Link,
  LinkBrief,
  Neighbour,
  PortVlan,
  PresentAddress,
  PresentRoute,
} from "./contract.ts";
import { getLink, listLinks } from "./link.ts";
import { readLinkBrief } from "./link-brief.ts";
import { readLink } from "./link-read.ts";
import { getNamespaceId, readNamespaceId } from "./namespace-id.ts";
import { listForwarding, listNeighbours, readForwarding, readNeighbour } from "./neighbour.ts";
import { listRoutes, lookUpRoute, type RouteFilter } from "./route.ts";
import { readRoute } from "./route-read.ts";
import { listQueues, readShaping } from "./shaping.ts";

/** The links, addresses and routes of one network namespace. Calls are synchronous and take microseconds. */
export interface RouteSocket {
  /**
   * Does what a request of this folder asks: `apply(createLink({ kind: "bridge", name: "cni0" }))`.
   * @throws NetlinkError when the kernel refuses
   */
  apply(request: NetlinkRequest): void;
  /** apply(), but false when the kernel refuses for one of the named reasons, such as "EEXIST". */
  applyUnless(request: NetlinkRequest, ...errnoNames: readonly string[]): boolean;
  /**
   * apply() for several, in one exchange with the kernel; it goes on after one that it refuses.
   * @throws NetlinkError the first refusal for a reason that is not among the step's
   */
  applyAll(steps: readonly RouteStep[]): void;
  /** applyAll() on another thread. No other call on this socket until it is settled. */
  applyAllInBackground(steps: readonly RouteStep[]): Promise<void>;
  /**
   * apply() on another thread. No other call on this socket until it is settled.
   * @throws NetlinkError when the kernel refuses
   */
  applyInBackground(request: NetlinkRequest): Promise<void>;
  links(filter?: { readonly kind?: string; readonly masterIndex?: number }): readonly Link[];
  /** By index or name; undefined when there is none. */
  link(indexOrName: number | string): Link | undefined;
  /** By name, but for alternative ones, at a tenth of the price; undefined when there is none. */
  brief(name: string): LinkBrief | undefined;
  addresses(filter?: {
    readonly family?: IpFamily;
    readonly linkIndex?: number;
  }): readonly PresentAddress[];
  routes(filter?: RouteFilter): readonly PresentRoute[];
  /** Which way a packet would go; undefined when there is none. */
  routeTo(address: string): PresentRoute | undefined;
  neighbours(filter?: {
    readonly family?: IpFamily;
    readonly linkIndex?: number;
  }): readonly Neighbour[];
  forwarding(linkIndex: number): readonly ForwardingEntry[];
  /** Of all ports and bridges that have some. */
  portVlans(): readonly {
    readonly linkIndex: number;
    readonly vlans: readonly Required<PortVlan>[];
  }[];
  /** By which number links here name that namespace as their other end's; undefined where none does. */
  namespaceId(namespaceFd: number): number | undefined;
  /** Links that shapeEgress() limits. */
  shaping(): readonly NonNullable<ReturnType<typeof readShaping>>[];
  close(): void;
}

/** A request, and for what reasons it may be refused. */
export interface RouteStep {
  readonly request: NetlinkRequest;
  readonly unless?: readonly string[];
}

/** @throws SystemCallError when there is no such namespace or no netlink */
export function openRoute(
  options: Pick<NetlinkSocketOptions, "namespacePath" | "namespace"> = {},
): RouteSocket {
  const socket = openNetlink({ protocol: NETLINK_ROUTE, ...options });
  return routeSocket(socket, (name) => readLinkBrief(socket.fd, name));
}

/** Over a connection of another making: a fake, in tests. */
export function routeSocket(
  connection: NetlinkConnection,
  brief: RouteSocket["brief"],
): RouteSocket {
  const applyUnless = (request: NetlinkRequest, ...errnoNames: readonly string[]): boolean => {
    try {
      connection.request(request);
      return true;
    } catch (error) {
      if (error instanceof NetlinkError && errnoNames.includes(error.errnoName)) return false;
      throw error;
    }
  };
  return {
    apply: (request) => {
      connection.request(request);
    },
    applyUnless,
    applyAll: (steps) => judge(steps, connection.requestAll(steps.map(requestOf))),
    applyAllInBackground: async (steps) =>
      judge(steps, await connection.requestAllInBackground(steps.map(requestOf))),
    applyInBackground: (request) => connection.requestInBackground(request),
    links: (filter) => connection.dump(listLinks(filter), readLink),
    link: (indexOrName) => {
      const reply = connection.get(getLink(indexOrName), "ENODEV");
      return reply && readLink(reply);
    },
    brief,
    addresses: (filter) => connection.dump(listAddresses(filter), readAddress),
    routes: (filter) => connection.dump(listRoutes(filter), readRoute),
    routeTo: (address) => {
      const reply = connection.get(lookUpRoute(address), ...noWay);
      return reply && readRoute(reply);
    },
    neighbours: (filter) => connection.dump(listNeighbours(filter), readNeighbour),
    forwarding: (linkIndex) => connection.dump(listForwarding(linkIndex), readForwarding),
    portVlans: () =>
      connection.dump(listPortVlans(), readPortVlans).filter(({ vlans }) => vlans.length > 0),
    namespaceId: (fd) => connection.request(getNamespaceId(fd)).map(readNamespaceId)[0],
    shaping: () => connection.dump(listQueues(), readShaping),
    close: () => connection.close(),
  };
}

const requestOf = ({ request }: RouteStep): NetlinkRequest => request;

/** @throws NetlinkError the first refusal for a reason that is not among the step's */
function judge(
  steps: readonly RouteStep[],
  refusals: readonly (Acknowledgement | undefined)[],
): void {
  for (const [index, { request, unless }] of steps.entries()) {
    const refusal = refusals[index];
    if (refusal === undefined) continue;
    const error = new NetlinkError(request.operation, refusal);
    if (unless?.includes(error.errnoName) !== true) throw error;
  }
}

const noWay: readonly string[] = ["ENODEV", "ENETUNREACH", "EHOSTUNREACH"];
