import { LRUCache } from "lru-cache";
import type { Logger } from "#observe/contract.ts";
import type { ApiClient } from "../api/client.ts";
import { ApiRequestError } from "../api/errors.ts";
import type { Clock } from "../clock.ts";
import type { EventNote, ObjectReference, RecordEvent } from "./contract.ts";
import { continuation, creation, type EventSource, type WrittenEvent } from "./event.ts";
import { TokenBucket } from "./pacing.ts";

/** Where objects of a kind are listed; listing by name is what a proxy may do, getting is not. */
const resources = { Service: "services" } as const satisfies Record<
  ObjectReference["kind"],
  string
>;

/** After this long a note begins a new Event (client-go: defaultAggregateIntervalInSeconds). */
const SERIES_MS = 600_000;
/** Notes that wait, Events that are continued, objects that are paced: no more of each. */
const MEMORY = 1000;
/** Per object (client-go: defaultSpamBurst, defaultSpamQPS). */
const OBJECT_BURST = 25;
const OBJECT_REFILL_MS = 300_000;
/** All together, so that a bad day of the cluster does not become one of its API server. */
const NODE_BURST = 25;
const NODE_REFILL_MS = 1000;
const ATTEMPTS = 3;
const RETRY_MS = 10_000;
const IDLE_TIMEOUT_MS = 10_000;

export interface EventWriterOptions {
  readonly client: ApiClient;
  readonly source: EventSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends what is under way; what waits is lost. */
  readonly signal: AbortSignal;
}

export interface EventWriter {
  readonly record: RecordEvent;
  /** Resolves once all that was recorded until then is written or given up. */
  drained(): Promise<void>;
}

/** Writes notes one after another; those of one object and reason that wait become one. */
export function createEventWriter(options: EventWriterOptions): EventWriter {
  const queue = new EventQueue(options);
  return { record: (note) => queue.record(note), drained: () => queue.drained() };
}

class EventQueue {
  readonly #options: EventWriterOptions;
  readonly #waiting = new Map<string, EventNote>();
  readonly #series = new LRUCache<string, WrittenEvent>({ max: MEMORY });
  readonly #objects = new LRUCache<string, TokenBucket>({ max: MEMORY });
  readonly #node: TokenBucket;
  #draining: Promise<void> | undefined;

  constructor(options: EventWriterOptions) {
    this.#options = options;
    this.#node = new TokenBucket(NODE_BURST, NODE_REFILL_MS, options.clock.nowMs());
  }

  record(note: EventNote): void {
    const key = keyOf(note);
    const before = this.#waiting.get(key);
    if (before === undefined && this.#waiting.size >= MEMORY) {
      this.#dropped(note, "too many wait");
      return;
    }
    const count = (before?.count ?? (before === undefined ? 0 : 1)) + (note.count ?? 1);
    this.#waiting.set(key, { ...note, count });
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async drained(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    const { clock, signal } = this.#options;
    for (;;) {
      await Promise.resolve(); // lets whoever records several at once finish
      const [next] = this.#waiting;
      if (next === undefined || signal.aborted) return;
      const [key, note] = next;
      const { waitMs } = this.#node.take(clock.nowMs());
      if (waitMs > 0) {
        await clock.sleep(waitMs, signal);
        continue;
      }
      this.#waiting.delete(key);
      if (this.#mayTell(note)) await this.#deliver(key, note);
      else this.#dropped(note, "too many about this object");
    }
  }

  #mayTell({ regarding: { kind, namespace, name } }: EventNote): boolean {
    const nowMs = this.#options.clock.nowMs();
    const key = `${kind} ${namespace}/${name}`;
    const bucket = this.#objects.get(key) ?? new TokenBucket(OBJECT_BURST, OBJECT_REFILL_MS, nowMs);
    this.#objects.set(key, bucket);
    return bucket.take(nowMs).waitMs === 0;
  }

  /** What the server refuses is not tried again; what may not have reached it is. */
  async #deliver(key: string, note: EventNote): Promise<void> {
    const { clock, signal } = this.#options;
    const firstMs = clock.nowMs();
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#write(key, note, firstMs);
        return;
      } catch (error) {
        const status = error instanceof ApiRequestError ? error.status : undefined;
        if (attempt > 1 && status?.code === 409) return; // the attempt before has reached it after all
        if (status !== undefined || attempt === ATTEMPTS || signal.aborted) {
          this.#dropped(note, error instanceof Error ? error.message : String(error));
          return;
        }
      }
      await clock.sleep(RETRY_MS, signal);
    }
  }

  async #write(key: string, note: EventNote, nowMs: number): Promise<void> {
    const { client, source } = this.#options;
    const before = this.#series.get(key);
    if (before !== undefined && nowMs - before.lastMs < SERIES_MS) {
      const { path, body, written } = continuation(note, before, nowMs);
      if (await this.#patch(path, body)) {
        this.#series.set(key, written);
        return;
      }
    }
    const uid = await this.#uidOf(note.regarding);
    const { path, body, written } = creation(note, source, uid, nowMs);
    await client.write("POST", path, body, this.#request);
    this.#series.set(key, written);
  }

  /** False when the Event has expired or was deleted. */
  async #patch(path: string, body: unknown): Promise<boolean> {
    const contentType = "application/merge-patch+json";
    try {
      await this.#options.client.write("PATCH", path, body, { ...this.#request, contentType });
      return true;
    } catch (error) {
      if (error instanceof ApiRequestError && error.status?.code === 404) return false;
      throw error;
    }
  }

  /** Undefined when it is gone or may not be read: the Event is worth writing all the same. */
  async #uidOf({ kind, namespace, name }: ObjectReference): Promise<string | undefined> {
    const selector = encodeURIComponent(`metadata.name=${name}`);
    const path = `/api/v1/namespaces/${namespace}/${resources[kind]}?fieldSelector=${selector}`;
    try {
      // What lacks any of it has no uid.
      const list = (await this.#options.client.getJson(path, this.#request)) as {
        readonly items?: readonly { readonly metadata?: { readonly uid?: string } }[];
      };
      return list.items?.[0]?.metadata?.uid;
    } catch (error) {
      if (error instanceof ApiRequestError && error.status === undefined) throw error;
      return undefined;
    }
  }

  get #request() {
    return { signal: this.#options.signal, idleTimeoutMs: IDLE_TIMEOUT_MS };
  }

  #dropped({ regarding, reason, message }: EventNote, why: string): void {
    this.#options.logger.warn(
      { reason, ...regarding },
      `event not written (${why}): ${regarding.kind} ${regarding.namespace}/${regarding.name}: ${message}`,
    );
  }
}

function keyOf({ regarding: { kind, namespace, name }, reason, type }: EventNote): string {
  return `${kind} ${namespace}/${name} ${type} ${reason}`;
}
