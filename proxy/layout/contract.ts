/** What layout/ hands to sync/: elements of named sets, and the classes that say how a frontend goes on. */
import type { Element } from "#linux/nft/contract.ts";
import type { IpFamily, PlanEndpoint, PortPlan } from "../contract.ts";

export interface LayoutOptions {
  readonly family: IpFamily;
  /** A counter a backend costs 16 bytes a CPU each, so it is asked for. */
  readonly endpointCounters: boolean;
  readonly masqueradeAll: boolean;
  readonly localTraffic: LocalTraffic;
  /** Unallocated addresses in them are dropped instead of leaving by the default route; may be empty. */
  readonly serviceCidrs: readonly string[];
  /** Most clients that are remembered for ClientIP affinity. */
  readonly affinityEntries: number;
}

/** How a packet of the node's own pods is told, in one family. */
export type LocalTraffic =
  | { readonly kind: "cidrs"; readonly cidrs: readonly string[] }
  /** By the name of the interface that it came in by; a name that ends in `*` is a prefix. */
  | { readonly kind: "interface"; readonly name: string }
  | { readonly kind: "unknown" };

/** Which of a ServicePort's two lists of endpoints. */
export type EndpointList = "cluster" | "local";

/**
 * How a connection goes on: data of the map elements of frontends. Only the few classes are verdicts, so that changing
 * a frontend never makes the kernel validate the table anew.
 */
export type Class =
  | { readonly kind: "refuse" | "blackhole" | "guarded" | "external" | "external-local" }
  | { readonly kind: "spread"; readonly list: EndpointList; readonly slots: number }
  | { readonly kind: "maglev"; readonly list: EndpointList; readonly slots: number }
  | {
      readonly kind: "affinity";
      readonly list: EndpointList;
      readonly slots: number;
      readonly timeoutSeconds: number;
    };

export interface SetElement {
  readonly set: string;
  readonly element: Element;
}

/**
 * A PortPlan with what the plan leaves open: in which order the endpoints stand in the maps, so that a change moves as
 * few as can be, and the slot numbers by which affinity knows them.
 */
export interface PlacedPort {
  readonly plan: PortPlan;
  /** Endpoint of each slot of the cluster list, then of the local list. */
  readonly cluster: readonly PlanEndpoint[];
  readonly local: readonly PlanEndpoint[];
  /** Affinity: the slot number of each endpoint, by "address port". */
  readonly slotIds: ReadonlyMap<string, number>;
}
