import { ApiProtocolError, type ApiStatus } from "../api/errors.ts";
import { readStatus } from "../api/status.ts";
import type { Kind, SlimEvent } from "../contract.ts";
import { decodeKey } from "../objects/decode.ts";
import { decodeOrSkip, type ReflectorContext } from "./context.ts";

const initialEventsEnd = "k8s.io/initial-events-end";

/** One line of a watch. */
export type WatchEvent<K extends Kind> =
  | { readonly type: "change"; readonly change: SlimEvent<K>; readonly resourceVersion: string }
  | { readonly type: "skipped"; readonly resourceVersion: string }
  | {
      readonly type: "bookmark";
      readonly resourceVersion: string;
      /** WatchList: all objects of the initial set have been sent. */
      readonly endsInitialEvents: boolean;
    }
  | { readonly type: "error"; readonly status: ApiStatus };

interface WatchLine {
  readonly type?: unknown;
  readonly object?: WatchedObject | null;
}

interface WatchedObject {
  readonly metadata?: {
    readonly resourceVersion?: unknown;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
}

/** Throws ApiProtocolError (FL-C002) for a line that is no watch event. */
export function readWatchLine<K extends Kind>(
  context: ReflectorContext<K>,
  line: string,
): WatchEvent<K> {
  const { type, object } = parse(line);
  const resourceVersion = readResourceVersion(object);
  switch (type) {
    case "ADDED":
    case "MODIFIED": {
      const decoded = decodeOrSkip(context, object);
      if (decoded === undefined) return { type: "skipped", resourceVersion };
      return { type: "change", change: { type: "upsert", object: decoded }, resourceVersion };
    }
    case "DELETED": {
      const key = decodeKey(context.kind, object);
      return { type: "change", change: { type: "delete", ...key }, resourceVersion };
    }
    case "BOOKMARK": {
      const endsInitialEvents = object?.metadata?.annotations?.[initialEventsEnd] === "true";
      return { type: "bookmark", resourceVersion, endsInitialEvents };
    }
    case "ERROR":
      return { type: "error", status: readStatus(object, 500) };
    default:
      throw new ApiProtocolError(`unknown watch event type ${JSON.stringify(type)}`);
  }
}

function parse(line: string): WatchLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ApiProtocolError(`unreadable JSON in the watch: ${line.slice(0, 100)}`, { cause });
  }
  if (typeof value !== "object" || value === null) {
    throw new ApiProtocolError(`no watch event: ${line.slice(0, 100)}`);
  }
  return value;
}

function readResourceVersion(object: WatchedObject | null | undefined): string {
  const resourceVersion = object?.metadata?.resourceVersion;
  return typeof resourceVersion === "string" ? resourceVersion : "";
}
