import type { Sources } from "../contract.ts";
import type { Strategies } from "../kinds/strategy.ts";
import type { Store } from "../store/store.ts";
import { Applier } from "./applier.ts";
import { Reader } from "./reader.ts";
import { Remover } from "./remover.ts";
import { Writer } from "./writer.ts";

/** Everything that can be done with objects, the same for every resource. */
export interface Operations {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly applier: Applier;
  readonly remover: Remover;
}

export function createOperations(
  store: Store,
  strategies: Strategies,
  sources: Sources,
  collectsGarbage: boolean,
): Operations {
  const reader = new Reader(store);
  const writer = new Writer(store, reader, strategies, sources);
  return {
    reader,
    writer,
    applier: new Applier(reader, writer, sources.now),
    remover: new Remover(store, reader, strategies, sources.now, collectsGarbage),
  };
}
