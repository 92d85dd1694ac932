import type {
  NodeSurvey,
  SurveyedForwarding,
  SurveyedNeighbour,
  SurveyedRoute,
} from "#cni/survey/contract.ts";
import { isTunnel } from "#cni/survey/links.ts";
import { containerMac } from "#cni/types/names.ts";
import type { FindingName } from "../catalogue.ts";
import type { Finding, Fix } from "../contract.ts";
import type { Known } from "../known.ts";
import { isHostRoute } from "./links.ts";

/** A live container's address, and the links that may lead to it. */
interface Reachable {
  readonly known: Known;
  readonly mac: string;
  readonly links: ReadonlySet<string>;
}

/** Neighbours, forwarding entries and routes that lead elsewhere than to the container or node that they are for. */
export function wayFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  const reachable = reachableAddresses(known);
  const macs = new Map([...reachable.values()].map((each) => [each.mac, each]));
  const gone = new Set(
    [...known.values()]
      .filter(({ life }) => life.kind === "gone")
      .map((each) => containerMac(each.owner)),
  );
  const tunnels = new Set(
    survey.links.filter(({ name, kind }) => isTunnel(name, kind)).map(({ name }) => name),
  );
  const of = <Entry extends { readonly link: string }>(
    entries: readonly Entry[],
    inside: boolean,
  ) => entries.filter(({ link }) => tunnels.has(link) === inside);
  return [
    ...of(survey.neighbours, false).flatMap((entry) => podNeighbour(entry, reachable, gone)),
    ...of(survey.forwarding, false).flatMap((entry) => podForwarding(entry, macs)),
    ...survey.routes.flatMap((route) => astray(route, reachable)),
    ...of(survey.neighbours, true).flatMap((entry) => tunnelNeighbour(entry, survey)),
    ...of(survey.forwarding, true).flatMap((entry) => tunnelForwarding(entry, survey)),
    ...of(survey.routes, true).flatMap((route) => tunnelRoute(route, survey)),
  ];
}

function reachableAddresses(known: ReadonlyMap<string, Known>): ReadonlyMap<string, Reachable> {
  return new Map(
    [...known.values()].flatMap((one) => {
      const { life, hostLink } = one;
      if (life.kind !== "live" || life.inner === undefined || hostLink === undefined) return [];
      const { mac, addresses } = life.inner;
      const links = new Set([hostLink.name, hostLink.master ?? hostLink.name]);
      return addresses.map((address) => [address, { known: one, mac, links }] as const);
    }),
  );
}

function entry(
  name: FindingName,
  object: string,
  why: string,
  remedy: string,
  its?: { readonly known?: Known | undefined; readonly fix?: Fix | undefined },
): Finding {
  const { known, fix } = its ?? {};
  return { name, object, owner: known?.name, pod: known?.cached?.pod, why, remedy, fix };
}

function podNeighbour(
  { link, address, mac, isPermanent }: SurveyedNeighbour,
  reachable: ReadonlyMap<string, Reachable>,
  gone: ReadonlySet<string>,
): readonly Finding[] {
  const its = reachable.get(address);
  const object = `${address} at ${mac} on ${link}`;
  const remedy = `ip neigh del ${address} dev ${link}`;
  const fix: Fix = { kind: "delete-neighbour", link, address, mac };
  if (its?.links.has(link)) {
    if (its.mac === mac) return [];
    const why = `${address} is ${its.known.name}, whose hardware address is ${its.mac}`;
    return [entry("neighbour-wrong", object, why, remedy, { known: its.known, fix })];
  }
  if (!isPermanent || its !== undefined) return [];
  const why = "it lasts until it is deleted, and no container has the address";
  return [entry("neighbour-stale", object, why, remedy, { fix: gone.has(mac) ? fix : undefined })];
}

function podForwarding(
  { link, mac, table, isStatic, remote }: SurveyedForwarding,
  macs: ReadonlyMap<string, Reachable>,
): readonly Finding[] {
  const its = macs.get(mac);
  if (!isStatic || its === undefined || its.links.has(link)) return [];
  const why = `${mac} is ${its.known.name} behind ${its.known.hostLink?.name}`;
  const remedy = `bridge fdb del ${mac} dev ${link} ${table}`;
  const fix: Fix = { kind: "delete-forwarding", link, mac, table, remote };
  return [entry("forwarding-wrong", `${mac} on ${link}`, why, remedy, { known: its.known, fix })];
}

function astray(
  { destination, link }: SurveyedRoute,
  reachable: ReadonlyMap<string, Reachable>,
): readonly Finding[] {
  const its = reachable.get(destination.split("/")[0] ?? "");
  if (its === undefined || its.links.has(link)) return [];
  if (!isHostRoute(destination, destination.split("/")[0] ?? "")) return [];
  const why = `it leads to ${its.known.name}, which is behind ${its.known.hostLink?.name}`;
  const remedy = `ip route del ${destination} dev ${link}`;
  return [entry("route-astray", `${destination} over ${link}`, why, remedy, { known: its.known })];
}

/** The agent makes neighbour, forwarding entry and route of another node together, and in this order. */
function tunnelNeighbour(neighbour: SurveyedNeighbour, { routes }: NodeSurvey): readonly Finding[] {
  const { link, address, mac, isPermanent } = neighbour;
  if (!isPermanent || isRouted(neighbour, routes)) return [];
  const fix: Fix = { kind: "delete-neighbour", link, address, mac };
  const why = "no route to a node's pods goes by way of it";
  const remedy = `ip neigh del ${address} dev ${link}`;
  return [
    entry("neighbour-without-route", `${address} at ${mac} on ${link}`, why, remedy, { fix }),
  ];
}

function tunnelForwarding(
  { link, mac, table, isStatic, remote }: SurveyedForwarding,
  { neighbours, routes }: NodeSurvey,
): readonly Finding[] {
  if (!isStatic || table !== "self" || remote === undefined) return [];
  const its = neighbours.filter((each) => each.link === link && each.mac === mac);
  if (its.some((neighbour) => isRouted(neighbour, routes))) return [];
  const fix: Fix = { kind: "delete-forwarding", link, mac, table, remote };
  const why = "no route to a node's pods goes by way of that hardware address";
  const remedy = `bridge fdb del ${mac} dev ${link} dst ${remote} self`;
  const object = `${mac} to ${remote} on ${link}`;
  return [entry("forwarding-without-route", object, why, remedy, { fix })];
}

const isRouted = (
  { link, address }: SurveyedNeighbour,
  routes: readonly SurveyedRoute[],
): boolean => routes.some((route) => route.link === link && route.gateway === address);

function tunnelRoute(
  { destination, gateway, link, isOurs }: SurveyedRoute,
  { neighbours, forwarding }: NodeSurvey,
): readonly Finding[] {
  if (!isOurs || gateway === undefined) return [];
  const its = neighbours.find((each) => each.link === link && each.address === gateway);
  const isForwarded = forwarding.some((each) => each.link === link && each.mac === its?.mac);
  if (its !== undefined && isForwarded) return [];
  const missing = its === undefined ? `neighbour ${gateway}` : `forwarding entry of ${its.mac}`;
  const why = `the tunnel has no ${missing}, so nothing reaches those pods`;
  return [
    entry(
      "route-without-neighbour",
      `${destination} over ${link}`,
      why,
      "fairlead agent makes it anew",
    ),
  ];
}
