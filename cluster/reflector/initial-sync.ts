import type { Kind, KindTypes } from "../contract.ts";
import type { ObjectTable } from "../state/table.ts";
import type { ReflectorContext } from "./context.ts";
import type { Listing } from "./list.ts";
import type { WatchStream } from "./watch-stream.ts";

/** All objects, and the watch that goes on behind them where the way of listing has opened one. */
export interface InitialSet<K extends Kind> extends Listing<K> {
  readonly watch?: WatchStream<K>;
}

export type SlimTable<K extends Kind> = ObjectTable<KindTypes[K]>;

/** One way to get all objects of a kind: by a list (listAll in list.ts) or streamed (watch-list.ts). */
export type InitialSync = <K extends Kind>(
  context: ReflectorContext<K>,
  /** "0" at first, "" after the last known version has expired, else that version: what comes must not be older. */
  resourceVersion: string,
  signal: AbortSignal,
) => Promise<InitialSet<K>>;
