import { setImmediate } from "node:timers/promises";
import { ApiProtocolError, ApiRequestError } from "../api/errors.ts";
import { isExpired, isTooLargeResourceVersion } from "../api/status.ts";
import type { Kind } from "../contract.ts";
import { ObjectTable } from "../state/table.ts";
import { heldAlready, type ReflectorContext } from "./context.ts";
import type { InitialSet, InitialSync, SlimTable } from "./initial-sync.ts";
import { listAll } from "./list.ts";
import { Turns } from "./turns.ts";
import type { WatchEvent } from "./watch-events.ts";
import { openWatch, type WatchBatch, type WatchStream } from "./watch-stream.ts";

/**
 * WatchList streaming (KEP-3157): the initial objects come as events of the watch that goes on behind them, which
 * spares the server a list in memory. A server that refuses the query, or falls silent without having marked the end,
 * is listed from then on; after any other failure the next attempt is a list, so that there is progress in any case.
 */
export function watchListFirst(): InitialSync {
  let isSupported = true;
  const listNext = new Set<Kind>();
  return async (context, resourceVersion, signal) => {
    const { kind, logger } = context;
    if (!isSupported || listNext.delete(kind)) return listAll(context, resourceVersion, signal);
    try {
      return await streamAll(context, resourceVersion === "0" ? "" : resourceVersion, signal);
    } catch (error) {
      if (!isUnsupported(error)) {
        if (!isAboutVersion(error)) listNext.add(kind);
        throw error;
      }
      isSupported = false;
      const reason = error instanceof Error ? error.message : String(error);
      logger.info({ kind, reason }, "the API server streams no lists: listing instead");
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
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const watch = await openWatch(context, { resourceVersion, sendInitialEvents: true }, either);
  try {
    return await collectInitialEvents(context, watch);
  } catch (error) {
    leaving.abort();
    throw error;
  }
}

async function collectInitialEvents<K extends Kind>(
  context: ReflectorContext<K>,
  watch: WatchStream<K>,
): Promise<InitialSet<K>> {
  const objects: SlimTable<K> = new ObjectTable();
  const turns = new Turns();
  for (;;) {
    const { value: batch } = await nextWithin(watch, context.timing.streamSilenceMs);
    if (batch === undefined) throw new UnmarkedList("the streamed list ends in the middle");
    const { events, unreadable } = batch;
    for (const [index, event] of events.entries()) {
      if (event.type === "bookmark") {
        if (!event.endsInitialEvents) throw new UnmarkedList("a bookmark within the streamed list");
        const rest = { ...batch, events: events.slice(index + 1) };
        const { resourceVersion } = event;
        return { objects: objects.values(), resourceVersion, watch: resumed(rest, watch) };
      }
      collect(context, event, objects);
    }
    if (unreadable !== undefined) throw unreadable;
    await turns.give();
  }
}

/** The server has taken the query for that of a plain watch. */
class UnmarkedList extends ApiProtocolError {}

/** The next batch, unless the watch is silent for that long: a plain watch is when it has sent all objects. */
async function nextWithin<K extends Kind>(
  watch: WatchStream<K>,
  silenceMs: number,
): Promise<IteratorResult<WatchBatch<K>, void>> {
  const silent = Promise.withResolvers<never>();
  const timer = setTimeout(async () => {
    await setImmediate(); // what has arrived while this process was busy is read first
    silent.reject(new UnmarkedList(`no end of the streamed list in ${silenceMs / 1000} s`));
  }, silenceMs);
  const next = watch.next();
  try {
    return await Promise.race([next, silent.promise]);
  } finally {
    clearTimeout(timer);
    next.catch(() => undefined); // fails when the watch is left while it is silent
  }
}

function collect<K extends Kind>(
  context: ReflectorContext<K>,
  event: WatchEvent<K>,
  objects: SlimTable<K>,
): void {
  if (event.type === "error") {
    throw new ApiRequestError("(streamed list)", { status: event.status });
  }
  if (event.type !== "change") return;
  const { change } = event;
  if (change.type === "upsert") objects.set(heldAlready(context, change.object));
  else objects.delete(change.namespace, change.name);
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
  if (error instanceof UnmarkedList) return true;
  if (!(error instanceof ApiRequestError) || error.status === undefined) return false;
  return [400, 405, 406, 422].includes(error.status.code);
}

/** The reflector then asks at once for another version. */
function isAboutVersion(error: unknown): boolean {
  if (!(error instanceof ApiRequestError) || error.status === undefined) return false;
  return isExpired(error.status) || isTooLargeResourceVersion(error.status);
}
