import type { Logger } from "#observe/contract.ts";
import type { ApiClient } from "../api/client.ts";
import type { Clock } from "../clock.ts";
import type { Kind, KindTypes, StateWriter, WatchSelection } from "../contract.ts";
import { decodeObject } from "../objects/decode.ts";
import { ObjectDecodeError } from "../objects/errors.ts";
import type { Pool } from "../objects/pool.ts";
import { equivalent } from "../state/equivalence.ts";
import type { ReflectorMetrics } from "./metrics.ts";
import type { ReflectorTiming } from "./timing.ts";

/** What the steps of one reflector work with. */
export interface ReflectorContext<K extends Kind> {
  readonly kind: K;
  readonly selection: WatchSelection;
  readonly client: ApiClient;
  readonly pool: Pool;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
  readonly timing: ReflectorTiming;
  readonly writer: StateWriter;
}

/**
 * The slim object, or undefined for one that cannot be decoded. That is counted and logged and the object passed over,
 * for listing again would only bring it again: in a watch the last good version stays, in a list there is none.
 */
export function decodeOrSkip<K extends Kind>(
  context: ReflectorContext<K>,
  value: unknown,
): KindTypes[K] | undefined {
  try {
    return decodeObject(context.kind, value, context.pool);
  } catch (error) {
    if (!(error instanceof ObjectDecodeError)) throw error;
    context.metrics.undecodable++;
    context.logger.error({ code: error.code, kind: error.kind, key: error.key }, error.message);
    return undefined;
  }
}

/**
 * The same for one of all objects: the slim object that is held already where it says the same, so that a list of what
 * is known brings no second copy of it into memory.
 */
export function decodeOrReuse<K extends Kind>(
  context: ReflectorContext<K>,
  value: unknown,
): KindTypes[K] | undefined {
  const object = decodeOrSkip(context, value);
  return object && heldAlready(context, object);
}

export function heldAlready<K extends Kind>(
  { kind, writer }: ReflectorContext<K>,
  object: KindTypes[K],
): KindTypes[K] {
  const held = writer.held(kind).get(object.namespace, object.name);
  if (held === undefined || held.resourceVersion !== object.resourceVersion) return object;
  // A server with another past can give the same version to other content.
  return equivalent[kind](held, object) ? held : object;
}
