import { FairleadError } from "#observe/errors.ts";
import type { Kind } from "../contract.ts";
import type { ReflectorContext } from "./context.ts";
import { LineSplitter } from "./line-splitter.ts";
import { watchPath } from "./paths.ts";
import { readWatchLine, type WatchEvent } from "./watch-events.ts";

/** The server ends a watch after a random time between these, so that those of many nodes do not end together. */
const SHORTEST_SECONDS = 300;
const LONGEST_SECONDS = 600;
/** How much later than agreed the server may end a silent watch. */
const GRACE_MS = 30_000;
/** A watch without any of so many bookmarks is stuck on its way; another one from its version misses nothing. */
const MISSED_BOOKMARKS = 3;

/** What one network chunk brought; `unreadable` says why nothing after these events can be trusted. */
export interface WatchBatch<K extends Kind> {
  readonly events: readonly WatchEvent<K>[];
  readonly unreadable?: FairleadError;
}

export type WatchStream<K extends Kind> = AsyncGenerator<WatchBatch<K>, void, undefined>;

export interface WatchStart {
  readonly resourceVersion: string;
  readonly sendInitialEvents?: boolean;
}

/** Opens a watch. Rejects with ApiRequestError when the server refuses it. */
export async function openWatch<K extends Kind>(
  context: ReflectorContext<K>,
  start: WatchStart,
  signal: AbortSignal,
): Promise<WatchStream<K>> {
  const { client, metrics, random, selection, timing } = context;
  metrics.watches++;
  const timeoutSeconds = Math.round(
    SHORTEST_SECONDS + random() * (LONGEST_SECONDS - SHORTEST_SECONDS),
  );
  // Some servers send none; those that stream lists do.
  const sendsBookmarks = metrics.bookmarks > 0 || start.sendInitialEvents === true;
  const body = await client.get(watchPath(selection, { ...start, timeoutSeconds }), {
    signal,
    idleTimeoutMs: sendsBookmarks
      ? timing.bookmarkIntervalMs * (MISSED_BOOKMARKS + 0.25)
      : timeoutSeconds * 1000 + GRACE_MS,
  });
  return readBatches(context, body);
}

/** Ends after an unreadable batch. A line that the end of the stream cuts off is counted; its event comes again. */
async function* readBatches<K extends Kind>(
  context: ReflectorContext<K>,
  body: AsyncIterable<Buffer>,
): WatchStream<K> {
  const lines = new LineSplitter();
  try {
    for await (const chunk of body) {
      context.metrics.bytes += chunk.length;
      const batch = readBatch(context, lines, chunk);
      if (batch.events.length > 0 || batch.unreadable !== undefined) yield batch;
      if (batch.unreadable !== undefined) return;
    }
  } finally {
    if (lines.pendingBytes > 0) context.metrics.unreadableLines++;
  }
}

function readBatch<K extends Kind>(
  context: ReflectorContext<K>,
  lines: LineSplitter,
  chunk: Buffer,
): WatchBatch<K> {
  const events: WatchEvent<K>[] = [];
  try {
    for (const line of lines.push(chunk)) events.push(readWatchLine(context, line));
    return { events };
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    context.metrics.unreadableLines++;
    return { events, unreadable: error };
  }
}
