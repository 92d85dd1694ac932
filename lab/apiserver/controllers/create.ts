import type { Logger } from "#observe/contract.ts";
import type { ObjectApi, Sources } from "../contract.ts";
import { DefinitionController } from "../custom/definition-controller.ts";
import type { ResourceTable } from "../resources/table.ts";
import type { Remover } from "../rest/remover.ts";
import type { Store } from "../store/store.ts";
import type { Controller } from "./controller.ts";
import { EndpointSliceController } from "./endpoint-slices/controller.ts";
import { EndpointsController } from "./endpoints/endpoints-controller.ts";
import { EndpointMirrorController } from "./endpoints/mirror-controller.ts";
import { NamespaceContentController } from "./namespace-content.ts";
import { NamespaceController } from "./namespaces.ts";

/** What controllers work with. */
export interface ControllerParts {
  readonly store: Store;
  readonly table: ResourceTable;
  readonly objects: ObjectApi;
  readonly remover: Remover;
  readonly now: Sources["now"];
  /** Undefined where nothing is encrypted. */
  readonly caCertificate: string | undefined;
  readonly logger: Logger | undefined;
}

/** All controllers, observing from now on. */
export function createControllers(parts: ControllerParts): readonly Controller[] {
  const { store, table, objects, remover, now, caCertificate, logger } = parts;
  return [
    new EndpointSliceController(store, objects, now, logger),
    new EndpointsController(store, objects, logger),
    new EndpointMirrorController(store, objects, now, logger),
    new NamespaceContentController(store, objects, caCertificate, logger),
    new NamespaceController(store, table, remover, logger),
    new DefinitionController(store, table, objects, remover, now, logger),
  ];
}
