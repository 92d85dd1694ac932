import { isDeepStrictEqual } from "node:util";
import type { Logger } from "#observe/contract.ts";
import type { KubeObject, ObjectApi } from "../../contract.ts";
import { isHeadless } from "../../kinds/service/validation.ts";
import type { EndpointsObject, ServiceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import type { Controller } from "../controller.ts";
import { headlessLabel, sliceController } from "../endpoint-slices/owner.ts";
import { SliceIndex } from "../endpoint-slices/slice-index.ts";
import { unlessTerminating } from "../unless-terminating.ts";
import { WorkQueue } from "../work-queue.ts";
import { subsetsFrom } from "./from-slices.ts";

const overCapacity = "endpoints.kubernetes.io/over-capacity";
const managedBy = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };

/** Keeps Endpoints, for older clients, in line with the slices of Services that have a selector. */
export class EndpointsController implements Controller {
  readonly #services: Collection;
  readonly #endpoints: Collection;
  readonly #slicesOf: SliceIndex;
  readonly #objects: ObjectApi;
  readonly #logger: Logger | undefined;
  readonly #queue = new WorkQueue((key) => this.#sync(key));

  constructor(store: Store, objects: ObjectApi, logger: Logger | undefined) {
    this.#services = store.collection("services");
    this.#endpoints = store.collection("endpoints");
    this.#objects = objects;
    this.#logger = logger;
    const slices = store.collection("endpointslices.discovery.k8s.io");
    this.#slicesOf = new SliceIndex(slices, sliceController, (key) => this.#queue.add(key));
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
    const service = this.#services.get(key)?.object as ServiceObject | undefined;
    const present = this.#endpoints.get(key)?.object as EndpointsObject | undefined;
    if (service === undefined) {
      if (present !== undefined && isOurs(present)) this.#objects.delete(referenceTo(present));
      return;
    }
    const { selector = {}, type, ipFamilies } = service.spec;
    if (Object.keys(selector).length === 0 || type === "ExternalName") return;
    const { subsets, isTruncated } = subsetsFrom(this.#slicesOf.of(key), ipFamilies?.[0] ?? "IPv4");
    const labels = {
      ...service.metadata.labels,
      ...managedBy,
      ...(isHeadless(service.spec) ? { [headlessLabel]: "" } : {}),
    };
    const annotations = isTruncated ? { annotations: { [overCapacity]: "truncated" } } : {};
    const { name, namespace = "" } = service.metadata;
    const wanted: KubeObject = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name, namespace, labels, ...annotations },
      ...(subsets.length === 0 ? {} : { subsets }),
    };
    if (present === undefined) this.#objects.create(wanted);
    else if (differs(present, wanted)) this.#objects.replace(wanted);
  }
}

function isOurs({ metadata }: KubeObject): boolean {
  return Object.entries(managedBy).every(([label, value]) => metadata.labels?.[label] === value);
}

function differs(present: EndpointsObject, wanted: KubeObject): boolean {
  return !(
    isDeepStrictEqual(present.subsets, wanted.subsets) &&
    isDeepStrictEqual(present.metadata.labels, wanted.metadata.labels) &&
    isDeepStrictEqual(present.metadata.annotations, wanted.metadata.annotations)
  );
}

function referenceTo({ apiVersion, kind, metadata: { name, namespace = "" } }: KubeObject) {
  return { apiVersion, kind, namespace, name };
}
