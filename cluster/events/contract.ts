/** Events: what an operator sees under `kubectl describe` and `kubectl get events` (Kubernetes API, core/v1 Event). */

/** The object an event is about. A row per kind in writer.ts says where its uid is read. */
export interface ObjectReference {
  readonly kind: "Service";
  readonly namespace: string;
  readonly name: string;
}

export interface EventNote {
  readonly regarding: ObjectReference;
  readonly type: "Normal" | "Warning";
  /** One word in UpperCamelCase. A note of the same object and reason soon after continues the same Event. */
  readonly reason: string;
  /** For people; the newest replaces those before it. Cut at 1,024 characters. */
  readonly message: string;
  /** How many occurrences it stands for; 1 when absent. */
  readonly count?: number;
}

/** Returns at once and never throws: events are a courtesy, what could not be written is logged. */
export type RecordEvent = (note: EventNote) => void;
