import type { Logger } from "#observe/contract.ts";
import type { ClusterOptions, Sources } from "../contract.ts";
import { printerFor } from "../printers/printers.ts";
import type { ResourceTable } from "../resources/table.ts";
import type { Operations } from "../rest/operations.ts";
import type { Authority } from "../security/contract.ts";
import { CollectionHandler, type CollectionHandlerOptions } from "./collection-handler.ts";
import { Handler } from "./handler.ts";
import { ObjectHandler } from "./object-handler.ts";
import type { PartHandler } from "./part-handler.ts";
import { BindingHandler } from "./pods/binding-handler.ts";
import { EvictionHandler } from "./pods/eviction-handler.ts";
import { Kubelets } from "./pods/kubelets.ts";
import { LogHandler } from "./pods/log-handler.ts";
import { Tunnels } from "./pods/tunnels.ts";
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
  /** Undefined where no kubelet can be reached. */
  readonly kubelet: ClusterOptions["kubelet"];
  readonly logger: Logger | undefined;
}

/** Everything between a request and the operations on objects. */
export function createHandler(parts: HandlerParts): Handler {
  const { table, sources, authority, logger, operations } = parts;
  const { reader, writer, remover } = operations;
  const kubelets = new Kubelets(reader, table, parts.kubelet);
  const tunnels = new Tunnels(reader, kubelets);
  const present = createPresent(printerFor, sources.now);
  const resources = new ResourceHandler({
    collections: new CollectionHandler(operations, present, { ...parts, random: sources.random }),
    objects: new ObjectHandler(operations, present),
    parts: new Map<string, PartHandler>([
      ["attach", tunnels],
      ["binding", new BindingHandler(reader, writer, sources.now)],
      ["eviction", new EvictionHandler(reader, remover, table)],
      ["exec", tunnels],
      ["log", new LogHandler(reader, kubelets)],
      ["portforward", tunnels],
      ["scale", new ScaleHandler(reader, writer)],
      ["token", new TokenHandler(reader, table, authority, sources.now)],
    ]),
  });
  return new Handler(table, resources, tunnels, authority, logger);
}
