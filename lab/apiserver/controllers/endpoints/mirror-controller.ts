import type { Logger } from "#observe/contract.ts";
import type { ObjectApi, Sources } from "../../contract.ts";
import type { EndpointsObject, ServiceObject, SliceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import { mirrorController, mirrorOwner } from "../endpoint-slices/owner.ts";
import { reconcile } from "../endpoint-slices/reconcile.ts";
import { SliceIndex } from "../endpoint-slices/slice-index.ts";
import { QueueController } from "../queue-controller.ts";
import { mirroredGroups } from "./mirrored.ts";

/** Endpoints that say so are not mirrored: their author writes slices as well. */
export const skipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror";

/** Mirrors Endpoints that people write for Services without a selector into slices, which is what everyone reads. */
export class EndpointMirrorController extends QueueController {
  readonly #services: Collection;
  readonly #endpoints: Collection;
  readonly #slicesOf: SliceIndex;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];

  constructor(store: Store, objects: ObjectApi, now: Sources["now"], logger: Logger | undefined) {
    super("endpoints", logger);
    this.#services = store.collection("services");
    this.#endpoints = store.collection("endpoints");
    this.#objects = objects;
    this.#now = now;
    const slices = store.collection("endpointslices.discovery.k8s.io");
    this.#slicesOf = new SliceIndex(slices, mirrorController, (key) => this.enqueue(key));
    this.#services.observe(({ after }) => this.enqueue(after.key));
    this.#endpoints.observe(({ after }) => this.enqueue(after.key));
  }

  protected sync(key: string): void {
    const present = this.#slicesOf.of(key);
    const endpoints = this.#endpoints.get(key)?.object as EndpointsObject | undefined;
    if (endpoints === undefined || !this.#isMirrored(key, endpoints)) {
      for (const slice of present) this.#remove(slice);
      return;
    }
    const { create, replace, remove } = reconcile(
      mirrorOwner(endpoints.metadata),
      mirroredGroups(endpoints.subsets ?? []),
      present,
      new Date(this.#now()).toISOString(),
    );
    for (const slice of remove) this.#remove(slice);
    for (const slice of replace) this.#objects.replace(slice);
    for (const slice of create) this.#objects.create(slice);
  }

  #isMirrored(key: string, { metadata }: EndpointsObject): boolean {
    const service = this.#services.get(key)?.object as ServiceObject | undefined;
    if (service === undefined || metadata.labels?.[skipMirrorLabel] === "true") return false;
    return Object.keys(service.spec.selector ?? {}).length === 0;
  }

  #remove({ apiVersion, kind, metadata: { namespace = "", name } }: SliceObject): void {
    this.#objects.delete({ apiVersion, kind, namespace, name });
  }
}
