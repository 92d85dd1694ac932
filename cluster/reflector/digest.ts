import type { ApiStatus } from "../api/errors.ts";
import type { Kind, SlimEvent } from "../contract.ts";
import { isOlder } from "./versions.ts";
import type { WatchEvent } from "./watch-events.ts";

/** What some events of a watch come to. */
export interface Digest<K extends Kind> {
  readonly changes: readonly SlimEvent<K>[];
  readonly bookmarks: number;
  /** Of the last event; the one the events began from when none had any. */
  readonly resourceVersion: string;
  /** The server ended the watch with this; what came behind it is left out. */
  readonly failure?: ApiStatus;
  /** An event was older than one before it; it and what came behind it are left out. */
  readonly goesBackwards?: true;
}

/**
 * Reads events in their order, starting from a version. A watch is ordered, so an event that is older than what came
 * before it says that others may be missing. The same version again is a repetition and does no harm.
 */
export function digestEvents<K extends Kind>(
  events: readonly WatchEvent<K>[],
  from: string,
): Digest<K> {
  const changes: SlimEvent<K>[] = [];
  let bookmarks = 0;
  let resourceVersion = from;
  for (const event of events) {
    if (event.type === "error") {
      return { changes, bookmarks, resourceVersion, failure: event.status };
    }
    if (isOlder(event.resourceVersion, resourceVersion)) {
      return { changes, bookmarks, resourceVersion, goesBackwards: true };
    }
    if (event.type === "change") changes.push(event.change);
    if (event.type === "bookmark") bookmarks++;
    if (event.resourceVersion !== "") resourceVersion = event.resourceVersion;
  }
  return { changes, bookmarks, resourceVersion };
}
