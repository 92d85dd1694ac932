import type { Logger } from "#observe/contract.ts";
import type { Sources } from "../contract.ts";
import { printerFor } from "../printers/printers.ts";
import type { ResourceTable } from "../resources/table.ts";
import type { Operations } from "../rest/operations.ts";
import type { Authority } from "../security/contract.ts";
import { CollectionHandler, type CollectionHandlerOptions } from "./collection-handler.ts";
import { Handler } from "./handler.ts";
import { ObjectHandler } from "./object-handler.ts";
import { createPresent } from "./presentation/choose.ts";
import { ResourceHandler } from "./resource-handler.ts";
import { ScaleHandler } from "./scale-handler.ts";
import { TokenHandler } from "./token-handler.ts";

export interface HandlerParts extends Omit<CollectionHandlerOptions, "random"> {
  readonly table: ResourceTable;
  readonly operations: Operations;
  readonly sources: Sources;
  /** Undefined where nobody is asked who they are. */
  readonly authority: Authority | undefined;
  readonly logger: Logger | undefined;
}

/** Everything between a request and the operations on objects. */
export function createHandler(parts: HandlerParts): Handler {
  const { table, sources, authority, logger, operations } = parts;
  const { reader, writer } = operations;
  const present = createPresent(printerFor, sources.now);
  const resources = new ResourceHandler({
    collections: new CollectionHandler(operations, present, { ...parts, random: sources.random }),
    objects: new ObjectHandler(operations, present),
    scales: new ScaleHandler(reader, writer),
    tokens: new TokenHandler(reader, authority, sources.now),
  });
  return new Handler(table, resources, authority, logger);
}
