import type { KubeObject, ObjectApi, Sources } from "../contract.ts";
import { timestamp } from "../rest/metadata.ts";
import { StatusError } from "../status.ts";

/** Reports that may come again and are counted then. */
const rememberedEvents = 256;

/** Writes Events (core/v1) as one component of the control plane, which `kubectl describe` shows. */
export class EventRecorder {
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #component: string;
  /** Names of Events by what they say, the latest last. */
  readonly #known = new Map<string, string>();

  constructor(objects: ObjectApi, now: Sources["now"], component: string) {
    this.#objects = objects;
    this.#now = now;
    this.#component = component;
  }

  normal(about: KubeObject, reason: string, message: string): void {
    this.#record(about, "Normal", reason, message);
  }

  warning(about: KubeObject, reason: string, message: string): void {
    this.#record(about, "Warning", reason, message);
  }

  #record(about: KubeObject, type: string, reason: string, message: string): void {
    const { apiVersion, kind, metadata } = about;
    const { name, namespace, uid = "" } = metadata;
    const key = JSON.stringify([kind, namespace, name, uid, reason, message]);
    const now = timestamp(this.#now());
    try {
      if (this.#countUp(key, namespace, now)) return;
      const eventName = `${name}.${momentName(this.#now())}`;
      this.#objects.create({
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: eventName, namespace: namespace ?? "default" },
        involvedObject: {
          apiVersion,
          kind,
          name,
          ...(namespace === undefined ? {} : { namespace }),
          uid,
        },
        type,
        reason,
        message,
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
        source: { component: this.#component },
        reportingComponent: this.#component,
        reportingInstance: "",
      });
      this.#remember(key, eventName);
    } catch (error) {
      // A namespace that is going away takes no Events; what they tell of goes with it.
      if (!(error instanceof StatusError)) throw error;
    }
  }

  #countUp(key: string, namespace = "default", lastTimestamp: string): boolean {
    const name = this.#known.get(key);
    if (name === undefined) return false;
    const present = this.#objects.get({ apiVersion: "v1", kind: "Event", namespace, name })?.object;
    if (present === undefined) return false;
    const { count = 1 } = present as { readonly count?: number };
    this.#objects.replace({ ...present, count: count + 1, lastTimestamp });
    this.#remember(key, name);
    return true;
  }

  #remember(key: string, name: string): void {
    this.#known.delete(key);
    this.#known.set(key, name);
    if (this.#known.size <= rememberedEvents) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}

let moments = 0n;

/** Nanoseconds in hexadecimal, another at each call: Events that are listed by name are in the order of time. */
function momentName(nowMs: number): string {
  moments += 1n;
  return (BigInt(Math.floor(nowMs)) * 1_000_000n + (moments % 1_000_000n)).toString(16);
}
