import type { Logger } from "#observe/contract.ts";
import type { KubeObject, ObjectApi } from "../contract.ts";
import type { Collection } from "../store/collection.ts";
import type { Store } from "../store/store.ts";
import { QueueController } from "./queue-controller.ts";

/**
 * Gives every namespace what pods in it count on: the ServiceAccount "default" and, where the server has a CA, the
 * ConfigMap that holds it.
 */
export class NamespaceContentController extends QueueController {
  readonly #namespaces: Collection;
  readonly #objects: ObjectApi;
  readonly #content: readonly KubeObject[];

  constructor(
    store: Store,
    objects: ObjectApi,
    caCertificate: string | undefined,
    logger: Logger | undefined,
  ) {
    super("namespace", logger);
    this.#namespaces = store.collection("namespaces");
    this.#objects = objects;
    this.#content = [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
      ...(caCertificate === undefined ? [] : [rootCa(caCertificate)]),
    ];
    this.#namespaces.observe(({ after }) => this.enqueue(after.key));
    for (const collection of ["serviceaccounts", "configmaps"]) {
      store.collection(collection).observe(({ type, after: { object } }) => {
        const { namespace = "" } = object.metadata;
        if (type !== "ADDED" && this.#isContent(object)) this.enqueue(namespace);
      });
    }
  }

  #isContent({ kind, metadata: { name } }: KubeObject): boolean {
    return this.#content.some((wanted) => wanted.kind === kind && wanted.metadata.name === name);
  }

  protected sync(namespace: string): void {
    const found = this.#namespaces.get(namespace)?.object;
    if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
    for (const wanted of this.#content) this.#provide(wanted, namespace);
  }

  /** Someone may have changed the CA's text; what else they wrote into the object stays. */
  #provide(wanted: KubeObject, namespace: string): void {
    const metadata = { ...wanted.metadata, namespace };
    const present = this.#objects.get({ ...wanted, ...metadata })?.object;
    if (present === undefined) this.#objects.create({ ...wanted, metadata });
    else if (wanted.data !== undefined) this.#objects.replace({ ...present, data: wanted.data });
  }
}

function rootCa(caCertificate: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "kube-root-ca.crt",
      annotations: {
        "kubernetes.io/description":
          "Contains the certificate authority by which pods can verify the API server.",
      },
    },
    data: { "ca.crt": caCertificate },
  };
}
