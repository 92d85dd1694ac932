import type {
  ForwardingEntry,
  Neighbour,
  PresentRoute,
  Route,
} from "#linux/netlink/route/contract.ts";
import type { DesiredRoutes } from "./contract.ts";

/** rtm_protocol of all routes that this agent makes, and of no other's. */
export const RTPROT_FAIRLEAD = 86;

/** What the kernel has of ours: routes by their protocol number, the other two by the tunnel they are of. */
export interface PresentEntries {
  readonly routes: readonly PresentRoute[];
  readonly neighbours: readonly Neighbour[];
  readonly forwarding: readonly ForwardingEntry[];
}

export type Step =
  | { readonly kind: "set-neighbour" | "delete-neighbour"; readonly entry: Neighbour }
  | { readonly kind: "set-forwarding" | "delete-forwarding"; readonly entry: ForwardingEntry }
  | { readonly kind: "set-route" | "delete-route"; readonly entry: Route };

/**
 * From what is to what should be, in an order that loses no packet: a route comes after what it leads through, and
 * goes before it. What is right already is not touched.
 * @param tunnelIndex of the tunnel's device; undefined where there is none
 */
export function diffRoutes(
  desired: DesiredRoutes,
  tunnelIndex: number | undefined,
  present: PresentEntries,
): readonly Step[] {
  const routes = desired.routes.flatMap((route): readonly Route[] => {
    const { destination, gateway, via } = route;
    const linkIndex = via.kind === "tunnel" ? tunnelIndex : via.linkIndex;
    if (linkIndex === undefined) return [];
    const onLink = via.kind === "tunnel" ? { onLink: true } : {};
    return [{ destination, gateway, linkIndex, protocol: RTPROT_FAIRLEAD, ...onLink }];
  });
  const neighbours = (tunnelIndex === undefined ? [] : desired.neighbours).map(
    (entry): Neighbour => ({ ...entry, linkIndex: tunnelIndex ?? 0, state: "permanent" }),
  );
  const forwarding = (tunnelIndex === undefined ? [] : desired.forwarding).map(
    (entry): ForwardingEntry => {
      return { ...entry, linkIndex: tunnelIndex ?? 0, table: "self", state: "permanent" };
    },
  );
  const steps = {
    neighbours: compare(neighbours, present.neighbours, neighbourKey, neighbourText),
    forwarding: compare(forwarding, present.forwarding, ({ mac }) => mac, forwardingText),
    routes: compare(routes, present.routes, ({ destination }) => destination, routeText),
  };
  return [
    ...steps.neighbours.set.map((entry) => ({ kind: "set-neighbour", entry }) as const),
    ...steps.forwarding.set.map((entry) => ({ kind: "set-forwarding", entry }) as const),
    ...steps.routes.set.map((entry) => ({ kind: "set-route", entry }) as const),
    ...steps.routes.remove.map((entry) => ({ kind: "delete-route", entry }) as const),
    ...steps.forwarding.remove.map((entry) => ({ kind: "delete-forwarding", entry }) as const),
    ...steps.neighbours.remove.map((entry) => ({ kind: "delete-neighbour", entry }) as const),
  ];
}

function compare<Wanted, Present extends Wanted>(
  wanted: readonly Wanted[],
  present: readonly Present[],
  key: (entry: Wanted) => string,
  text: (entry: Wanted) => string,
): { readonly set: readonly Wanted[]; readonly remove: readonly Present[] } {
  const keys = new Set(wanted.map(key));
  const right = new Set(present.map(text));
  return {
    set: wanted.filter((entry) => !right.has(text(entry))),
    remove: present.filter((entry) => !keys.has(key(entry))),
  };
}

const neighbourKey = ({ address }: Neighbour): string => address;
const neighbourText = ({ address, mac, state }: Neighbour): string => `${address} ${mac} ${state}`;
const forwardingText = ({ mac, remote, state }: ForwardingEntry): string =>
  `${mac} ${remote} ${state}`;
const routeText = ({ destination, gateway, linkIndex, onLink = false }: Route): string =>
  `${destination} ${gateway} ${linkIndex} ${onLink}`;
