import { isDeepStrictEqual } from "node:util";
import type { Logger } from "#observe/contract.ts";
import type { KubeObject, ObjectApi } from "../../contract.ts";
import { isHeadless } from "../../kinds/service/validation.ts";
import type { EndpointsObject, ServiceObject } from "../../kinds/types.ts";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import { headlessLabel, sliceController } from "../endpoint-slices/owner.ts";
import { SliceIndex } from "../endpoint-slices/slice-index.ts";
import { QueueController } from "../queue-controller.ts";
import { subsetsFrom } from "./from-slices.ts";

const overCapacity = "endpoints.kubernetes.io/over-capacity";
const managedBy = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };

/** Keeps Endpoints, for older clients, in line with the slices of Services that have a selector. */
export class EndpointsController extends QueueController {
  readonly #services: Collection;
  readonly #endpoints: Collection;
  readonly #slicesOf: SliceIndex;
  readonly #objects: ObjectApi;

  constructor(store: Store, objects: ObjectApi, logger: Logger | undefined) {
    super("endpoints", logger);
    this.#services = store.collection("services");
    this.#endpoints = store.collection("endpoints");
    this.#objects = objects;
    const slices = store.collection("endpointslices.discovery.k8s.io");
    this.#slicesOf = new SliceIndex(slices, sliceController, (key) => this.enqueue(key));
    this.#services.observe(({ after }) => this.enqueue(after.key));
    this.#endpoints.observe(({ after }) => this.enqueue(after.key));
  }

  protected sync(key: string): void {
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
