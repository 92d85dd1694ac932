/** Notes as Event objects of core/v1, whose message and count may change, unlike those of events.k8s.io/v1. */
import type { EventNote } from "./contract.ts";

/** Who reports: the part of the suite and the node it runs on. */
export interface EventSource {
  readonly component: string;
  readonly host: string;
}

/** An Event that exists, to be continued. */
export interface WrittenEvent {
  readonly path: string;
  readonly count: number;
  readonly lastMs: number;
}

interface Write {
  readonly path: string;
  readonly body: unknown;
  /** What is known of the Event once the server has taken the body. */
  readonly written: WrittenEvent;
}

/** The longest note that events.k8s.io/v1 takes. */
const MESSAGE_LIMIT = 1024;

/** @param uid lets `kubectl describe` find the Event; without it only `kubectl get events` shows it */
export function creation(
  note: EventNote,
  source: EventSource,
  uid: string | undefined,
  nowMs: number,
): Write {
  const { kind, namespace, name } = note.regarding;
  const { count = 1 } = note;
  const events = `/api/v1/namespaces/${namespace}/events`;
  // As client-go names them: the object and the nanosecond.
  const eventName = `${name}.${(BigInt(Math.floor(nowMs * 1000)) * 1000n).toString(16)}`;
  return {
    path: events,
    body: {
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace, name: eventName },
      involvedObject: {
        apiVersion: "v1",
        kind,
        namespace,
        name,
        ...(uid === undefined ? {} : { uid }),
      },
      type: note.type,
      reason: note.reason,
      message: note.message.slice(0, MESSAGE_LIMIT),
      count,
      firstTimestamp: timestamp(nowMs),
      lastTimestamp: timestamp(nowMs),
      source,
      reportingComponent: source.component,
      reportingInstance: source.host,
    },
    written: { path: `${events}/${eventName}`, count, lastMs: nowMs },
  };
}

export function continuation(note: EventNote, before: WrittenEvent, nowMs: number): Write {
  const count = before.count + (note.count ?? 1);
  return {
    path: before.path,
    body: {
      count,
      message: note.message.slice(0, MESSAGE_LIMIT),
      lastTimestamp: timestamp(nowMs),
    },
    written: { path: before.path, count, lastMs: nowMs },
  };
}

/** RFC 3339 with seconds, as metav1.Time is written. */
function timestamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z");
}
