import type { Logger } from "#observe/contract.ts";
import type { KubeObject, ObjectApi, Sources } from "../../contract.ts";
import type { PodObject, ServiceObject, SliceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { StoreEvent } from "../../store/history.ts";
import type { Store } from "../../store/store.ts";
import { QueueController } from "../queue-controller.ts";
import { desiredGroups } from "./desired.ts";
import { LabelIndex, SelectorIndex, selects } from "./label-index.ts";
import { serviceOwner, sliceController } from "./owner.ts";
import { reconcile } from "./reconcile.ts";
import { SliceIndex } from "./slice-index.ts";

/** Keeps the EndpointSlices of Services that have a selector in line with the Pods it matches. */
export class EndpointSliceController extends QueueController {
  readonly #services: Collection;
  readonly #pods: Collection;
  readonly #nodes: Collection;
  readonly #objects: ObjectApi;
  readonly #now: Sources["now"];
  readonly #podsByLabel = new LabelIndex();
  readonly #servicesBySelector = new SelectorIndex();
  readonly #slicesOf: SliceIndex;
  /** When the oldest change not yet worked on came, by key of the Service. */
  readonly #changedAt = new Map<string, number>();

  constructor(store: Store, objects: ObjectApi, now: Sources["now"], logger: Logger | undefined) {
    super("service", logger);
    this.#services = store.collection("services");
    this.#pods = store.collection("pods");
    this.#nodes = store.collection("nodes");
    this.#objects = objects;
    this.#now = now;
    this.#services.observe((event) => this.#onService(event));
    this.#pods.observe((event) => this.#onPod(event));
    const slices = store.collection("endpointslices.discovery.k8s.io");
    this.#slicesOf = new SliceIndex(slices, sliceController, (key) => this.#changed(key));
  }

  #onService({ type, before, after }: StoreEvent): void {
    const { namespace = "" } = after.object.metadata;
    if (before !== undefined)
      this.#servicesBySelector.remove(namespace, selectorOf(before.object), after.key);
    if (type !== "DELETED")
      this.#servicesBySelector.add(namespace, selectorOf(after.object), after.key);
    this.#changed(after.key);
  }

  #onPod({ type, before, after }: StoreEvent): void {
    const { namespace = "" } = after.object.metadata;
    const labelSets = [before, type === "DELETED" ? undefined : after].map(
      (stored) => stored?.object.metadata.labels ?? {},
    );
    this.#podsByLabel.remove(namespace, labelSets[0], after.key);
    this.#podsByLabel.add(namespace, labelSets[1], after.key);
    for (const labels of labelSets) {
      for (const key of this.#servicesBySelector.candidates(namespace, labels)) this.#changed(key);
    }
  }

  #changed(service: string): void {
    if (!this.#changedAt.has(service)) this.#changedAt.set(service, this.#now());
    this.enqueue(service);
  }

  protected sync(key: string): void {
    const triggerTime = new Date(this.#changedAt.get(key) ?? this.#now()).toISOString();
    this.#changedAt.delete(key);
    this.#write(key, this.#slicesOf.of(key), triggerTime);
  }

  #write(key: string, slices: readonly SliceObject[], triggerTime: string): void {
    const service = this.#services.get(key)?.object as ServiceObject | undefined;
    if (service === undefined) {
      for (const slice of slices) this.#remove(slice);
      return;
    }
    const { selector = {}, type } = service.spec;
    if (Object.keys(selector).length === 0 || type === "ExternalName") return;
    const groups = desiredGroups(service, this.#podsOf(service), (node) => this.#zoneOf(node));
    const { create, replace, remove } = reconcile(
      serviceOwner(service),
      groups,
      slices,
      triggerTime,
    );
    for (const slice of remove) this.#remove(slice);
    for (const slice of replace) this.#objects.replace(slice);
    for (const slice of create) this.#objects.create(slice);
  }

  #remove({ apiVersion, kind, metadata: { namespace = "", name } }: SliceObject): void {
    this.#objects.delete({ apiVersion, kind, namespace, name });
  }

  #podsOf({ metadata: { namespace = "" }, spec: { selector = {} } }: ServiceObject): PodObject[] {
    const keys = [...this.#podsByLabel.candidates(namespace, selector)].sort();
    const pods = keys.flatMap((key) => this.#pods.get(key)?.object ?? []) as PodObject[];
    return pods.filter((pod) => selects(selector, pod.metadata.labels ?? {}));
  }

  #zoneOf(node: string): string | undefined {
    return this.#nodes.get(node)?.object.metadata.labels?.["topology.kubernetes.io/zone"];
  }
}

function selectorOf(service: KubeObject): Readonly<Record<string, string>> {
  return (service as ServiceObject).spec.selector ?? {};
}
