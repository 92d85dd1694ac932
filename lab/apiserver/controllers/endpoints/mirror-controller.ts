import type { Logger } from "#observe/contract.ts";
import type { ObjectApi, Sources } from "../../contract.ts";
import type { EndpointsObject, ServiceObject, SliceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import type { Controller } from "../controller.ts";
import { mirrorController, mirrorOwner } from "../endpoint-slices/owner.ts";
import { reconcile } from "../endpoint-slices/reconcile.ts";
import { SliceIndex } from "../endpoint-slices/slice-index.ts";
import { unlessTerminating } from "../unless-terminating.ts";
import { WorkQueue } from "../work-queue.ts";
import { mirroredGroups } from "./mirrored.ts";

/** Endpoints that say so are not mirrored: their author writes slices as well. */
export const skipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror";

/** Mirrors Endpoints that people write for Services without a selector into slices, which is what everyone reads. */
export class EndpointMirrorController implements Controller {
  readonly #services: Collection;
  readonly #endpoints: Collection;
  readonly #slicesOf: SliceIndex;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #logger: Logger | undefined;
  readonly #queue = new WorkQueue((key) => this.#sync(key));

  constructor(store: Store, objects: ObjectApi, now: Sources["now"], logger: Logger | undefined) {
    this.#services = store.collection("services");
    this.#endpoints = store.collection("endpoints");
    this.#objects = objects;
    this.#now = now;
    this.#logger = logger;
    const slices = store.collection("endpointslices.discovery.k8s.io");
    this.#slicesOf = new SliceIndex(slices, mirrorController, (key) => this.#queue.add(key));
    this.#services.observe(({ after }) => this.#queue.add(after.key));
    this.#endpoints.observe(({ after }) => this.#queue.add(after.key));
  }

  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  idle(): Promise<void> {
    return this.#queue.idle();
  }

  close(): void {
    this.#queue.close();
  }

  #sync(key: string): void {
    unlessTerminating(this.#logger, { endpoints: key }, () => this.#write(key));
  }

  #write(key: string): void {
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
