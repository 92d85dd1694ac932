import { ApiProtocolError, ApiRequestError } from "../api/errors.ts";
import type { Kind, KindTypes } from "../contract.ts";
import type { ReflectorContext } from "./context.ts";
import type { InitialSet, InitialSync } from "./initial-sync.ts";
import { listAll } from "./list.ts";
import type { WatchEvent } from "./watch-events.ts";
import { openWatch, type WatchBatch, type WatchStream } from "./watch-stream.ts";

/**
 * WatchList streaming (KEP-3157): the initial objects come as events of the watch that goes on behind them. A server
 * that does not know it refuses the query, and is listed from then on. One that ignores the parameters is found out
 * only when its watch ends after minutes, which is why this is not the default.
 */
export function watchListFirst(): InitialSync {
  let supported = true;
  return async (context, resourceVersion, signal) => {
    if (!supported) return listAll(context, resourceVersion, signal);
    try {
      return await streamAll(context, resourceVersion === "0" ? "" : resourceVersion, signal);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      supported = false;
      context.logger.info(
        { kind: context.kind },
        "the API server streams no lists: listing instead",
      );
      return listAll(context, resourceVersion, signal);
    }
  };
}

async function streamAll<K extends Kind>(
  context: ReflectorContext<K>,
  resourceVersion: string,
  signal: AbortSignal,
): Promise<InitialSet<K>> {
  context.metrics.lists++;
  const watch = await openWatch(context, { resourceVersion, sendInitialEvents: true }, signal);
  try {
    return await collectInitialEvents(watch);
  } catch (error) {
    await watch.return();
    throw error;
  }
}

async function collectInitialEvents<K extends Kind>(watch: WatchStream<K>): Promise<InitialSet<K>> {
  const objects = new Map<string, KindTypes[K]>();
  for (;;) {
    const { value: batch } = await watch.next();
    if (batch === undefined) throw new UnmarkedEnd("the streamed list ends in the middle");
    const { events, unreadable } = batch;
    for (const [index, event] of events.entries()) {
      if (event.type === "bookmark" && event.endsInitialEvents) {
        const rest = { ...batch, events: events.slice(index + 1) };
        const { resourceVersion } = event;
        return { objects: [...objects.values()], resourceVersion, watch: resumed(rest, watch) };
      }
      collect(event, objects);
    }
    if (unreadable !== undefined) throw unreadable;
  }
}

/** The watch ran to its agreed end without the mark: the server has taken the query for that of a plain watch. */
class UnmarkedEnd extends ApiProtocolError {}

function collect<K extends Kind>(event: WatchEvent<K>, objects: Map<string, KindTypes[K]>): void {
  if (event.type === "error")
    throw new ApiRequestError("(streamed list)", { status: event.status });
  if (event.type !== "change") return;
  const { change } = event;
  const { namespace, name } = change.type === "upsert" ? change.object : change;
  if (change.type === "upsert") objects.set(`${namespace}/${name}`, change.object);
  else objects.delete(`${namespace}/${name}`);
}

async function* resumed<K extends Kind>(
  rest: WatchBatch<K>,
  watch: WatchStream<K>,
): WatchStream<K> {
  try {
    yield rest;
    yield* watch;
  } finally {
    await watch.return();
  }
}

/** 400 and 422 come from servers that know the parameters but not the feature, 405 and 406 from some proxies. */
function isUnsupported(error: unknown): boolean {
  if (error instanceof UnmarkedEnd) return true;
  if (!(error instanceof ApiRequestError) || error.status === undefined) return false;
  return [400, 405, 406, 422].includes(error.status.code);
}
