import type { KubeObject, ObjectApi, OwnerReference } from "../contract.ts";
import { collectionOf, type ResourceTable } from "../resources/table.ts";
import { foregroundFinalizer, orphanFinalizer } from "../rest/deletion.ts";
import type { Collection } from "../store/collection.ts";
import type { StoreEvent } from "../store/history.ts";
import { QueueController } from "./queue-controller.ts";
import type { WorkloadParts } from "./workloads/parts.ts";

interface Place {
  readonly collection: Collection;
  readonly key: string;
}

/**
 * Deletes what no owner is left of, or lets it go, as the delete of the owner asked ("Garbage Collection" of the Kubernetes
 * documentation). Keys are the uids of owners.
 */
export class GarbageCollector extends QueueController {
  readonly #objects: ObjectApi;
  readonly #watched = new Set<string>();
  readonly #alive = new Map<string, Place>();
  /** By uid of an owner, and then by their own. */
  readonly #dependents = new Map<string, Map<string, Place>>();

  constructor({ store, objects, logger }: WorkloadParts, table: ResourceTable) {
    super("owner", logger);
    this.#objects = objects;
    table.follow((row) => {
      const name = collectionOf(row);
      // Versions of a custom resource, and definitions that come again, share a collection.
      if (row.isReview || this.#watched.has(name)) return;
      this.#watched.add(name);
      const collection = store.collection(name);
      collection.observe((event) => this.#onEvent(collection, event));
    });
  }

  #onEvent(collection: Collection, { type, before, after }: StoreEvent): void {
    const { uid = "" } = after.object.metadata;
    const place = { collection, key: after.key };
    for (const owner of ownersOf(before?.object)) this.#dependents.get(owner.uid)?.delete(uid);
    if (type === "DELETED") {
      this.#alive.delete(uid);
      if (this.#dependents.has(uid)) this.enqueue(uid);
      for (const owner of ownersOf(after.object)) this.#leave(owner.uid);
      return;
    }
    this.#alive.set(uid, place);
    for (const owner of ownersOf(after.object)) {
      const siblings = this.#dependents.get(owner.uid) ?? new Map<string, Place>();
      this.#dependents.set(owner.uid, siblings.set(uid, place));
      if (!this.#alive.has(owner.uid)) this.enqueue(owner.uid);
    }
    if (waitsFor(after.object) !== undefined) this.enqueue(uid);
  }

  /** A dependent has gone: the owner may have waited for it. */
  #leave(owner: string): void {
    if (this.#dependents.get(owner)?.size === 0) this.#dependents.delete(owner);
    const present = this.#read(this.#alive.get(owner));
    if (present !== undefined && waitsFor(present) !== undefined) this.enqueue(owner);
  }

  protected sync(uid: string): void {
    const owner = this.#read(this.#alive.get(uid));
    const dependents = [...(this.#dependents.get(uid)?.values() ?? [])].flatMap(
      (place) => this.#read(place) ?? [],
    );
    const wait = owner === undefined ? "gone" : waitsFor(owner);
    if (wait === undefined) return;
    for (const dependent of dependents) {
      if (wait === orphanFinalizer) this.#disown(dependent, new Set([uid]));
      else this.#collect(dependent, wait === "gone" ? "Background" : "Foreground");
    }
    if (owner === undefined) this.#dependents.delete(uid);
    else if (wait === orphanFinalizer || !this.#isBlocked(uid)) this.#release(owner, wait);
  }

  /** Deletes what has no owner left that stays; what has one forgets the others. */
  #collect(dependent: KubeObject, propagation: "Background" | "Foreground"): void {
    const owners = ownersOf(dependent);
    const staying = owners.filter(({ uid }) => {
      const owner = this.#read(this.#alive.get(uid));
      return owner !== undefined && waitsFor(owner) !== foregroundFinalizer;
    });
    if (staying.length > 0) {
      const gone = owners.filter(({ uid }) => !this.#alive.has(uid)).map(({ uid }) => uid);
      if (gone.length > 0) this.#disown(dependent, new Set(gone));
      return;
    }
    const { apiVersion, kind, metadata } = dependent;
    const { namespace = "", name, uid = "", deletionTimestamp } = metadata;
    if (deletionTimestamp !== undefined) return;
    const hasDependents = (this.#dependents.get(uid)?.size ?? 0) > 0;
    this.#objects.delete(
      { apiVersion, kind, namespace, name },
      { preconditions: { uid }, propagation: hasDependents ? propagation : "Background" },
    );
  }

  #disown(dependent: KubeObject, uids: ReadonlySet<string>): void {
    const ownerReferences = ownersOf(dependent).filter(({ uid }) => !uids.has(uid));
    this.#objects.replace({ ...dependent, metadata: { ...dependent.metadata, ownerReferences } });
  }

  #isBlocked(uid: string): boolean {
    return [...(this.#dependents.get(uid)?.values() ?? [])].some((place) =>
      ownersOf(this.#read(place)).some(
        (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
      ),
    );
  }

  #release(owner: KubeObject, finalizer: string): void {
    const { metadata } = owner;
    const finalizers = metadata.finalizers?.filter((present) => present !== finalizer) ?? [];
    this.#objects.replace({ ...owner, metadata: { ...metadata, finalizers } });
  }

  #read(place: Place | undefined): KubeObject | undefined {
    return place?.collection.get(place.key)?.object;
  }
}

function ownersOf(object: KubeObject | undefined): readonly OwnerReference[] {
  return object?.metadata.ownerReferences ?? [];
}

/** The finalizer for which a terminating object waits on the collector. */
function waitsFor({ metadata }: KubeObject): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  return metadata.finalizers?.find(
    (finalizer) => finalizer === orphanFinalizer || finalizer === foregroundFinalizer,
  );
}
