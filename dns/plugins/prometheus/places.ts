import type { LoadedBlock, ServedZone } from "../../contract.ts";
import type { QueryPlace } from "./contract.ts";

/** Row 0 of all counts: zones without the prometheus plugin, exported by nobody. */
export const UNCOUNTED = 0;
/** The zone of queries that entered no chain. It has no dot at its end, so that it is no zone of anybody's. */
export const DROPPED = "dropped";

/** The places that served zones need: the uncounted one, then one each, then one for what their listeners drop. */
export function placesOf(served: readonly ServedZone[]): QueryPlace[] {
  const servers = [...new Set(served.map(({ server }) => server))];
  return [
    { server: "", zone: "", view: "" },
    ...served.map(({ server, zone }) => ({ server, zone, view: "" })),
    ...servers.map((server) => ({ server, zone: DROPPED, view: "" })),
  ];
}

/** The same for all blocks that have the prometheus plugin. */
export function countedPlaces(blocks: readonly LoadedBlock[]): QueryPlace[] {
  const counted = blocks.filter(({ instances }) =>
    instances.some(({ name }) => name === "prometheus"),
  );
  return placesOf(counted.flatMap(({ served }) => served));
}

/** Index of a place among places; UNCOUNTED when it is not among them. */
export function placeIndex(places: readonly QueryPlace[], server: string, zone: string): number {
  const index = places.findIndex((place) => place.server === server && place.zone === zone);
  return index === -1 ? UNCOUNTED : index;
}
