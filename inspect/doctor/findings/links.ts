import type { NodeSurvey } from "#cni/survey/contract.ts";
import { ifbName } from "#cni/types/names.ts";
import type { Finding } from "../contract.ts";
import { type Known, nameOf } from "../known.ts";
import { about, listed } from "./finding.ts";

/** Links of containers that are gone, and links that do not carry what they should. */
export function linkFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  return [
    ...orphanedLinks(survey, known),
    ...[...known.values()].flatMap((one) => brokenLink(one, survey)),
  ];
}

/** A veth goes with its namespace; a device that shapes traffic stays, and so does an end that was moved to the host. */
function orphanedLinks(
  { links, runtimeCache }: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  // An ADD that was killed may have made a device before it could name its owner.
  const shaping = new Map([...known.values()].map((one) => [ifbName(one.owner), one]));
  return links.flatMap(({ name: link, index, kind, owner, peerNamespaceId }) => {
    const named = kind === "ifb" ? shaping.get(link) : undefined;
    const its = owner === undefined ? named : known.get(nameOf(owner));
    if (its === undefined || (kind === "veth" && peerNamespaceId !== undefined)) return [];
    const isForgotten = its.life.kind === "unknown" && its.cached === undefined;
    if (kind !== "veth" && its.life.kind !== "gone" && !isForgotten) return [];
    // Without the runtime's cache the device may be that of a container whose link is of another plugin's making.
    const isCertain = kind === "veth" || its.life.kind === "gone" || runtimeCache !== undefined;
    const why =
      kind === "veth"
        ? "its other end is on the host and in no container"
        : `it shapes the traffic of ${its.name}, which is gone`;
    const fix = isCertain ? ({ kind: "delete-link", link, index } as const) : undefined;
    return [
      about(its, {
        name: "link-without-owner",
        object: link,
        why,
        remedy: `ip link del ${link}`,
        fix,
      }),
    ];
  });
}

function brokenLink(known: Known, { routes }: NodeSurvey): readonly Finding[] {
  const { life, hostLink, leases } = known;
  if (life.kind !== "live" || hostLink === undefined) return [];
  const remedy = "make the pod anew";
  const { name: object, up, master } = hostLink;
  const addresses = leases.map(({ address }) => address);
  const lacking = addresses.filter((address) => life.inner?.addresses.includes(address) === false);
  const isRouted = routes.some(
    ({ link, destination }) =>
      link === object && addresses.some((address) => isHostRoute(destination, address)),
  );
  return [
    ...(lacking.length > 0
      ? [
          about(known, {
            name: "link-without-address",
            object,
            why: `${life.inner?.name} in the container lacks the leased ${listed(lacking)}`,
            remedy,
          }),
        ]
      : []),
    ...(master === undefined && !isRouted && addresses.length > 0
      ? [
          about(known, {
            name: "link-unattached",
            object,
            why: "it is a port of no bridge, and no route leads over it to its container",
            remedy,
          }),
        ]
      : []),
    ...(up
      ? []
      : [
          about(known, {
            name: "link-down",
            object,
            why: "it is switched off",
            remedy: `ip link set ${object} up`,
          }),
        ]),
  ];
}

/** To that address and to no other. */
export const isHostRoute = (destination: string, address: string): boolean =>
  destination === `${address}/${address.includes(":") ? 128 : 32}`;
