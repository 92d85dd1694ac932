import type { KubeObject } from "../../apiserver/contract.ts";
import type { KubeClient } from "../../client/contract.ts";
import { timestamp } from "../pods/time.ts";

export type EventType = "Normal" | "Warning";

interface Told {
  readonly name: string;
  readonly count: number;
}

/** So many are remembered, to be counted up instead of written again. */
const mostRemembered = 1024;

/** Tells the API what happens to pods and to the node (core/v1 Event), in the background and one after another. */
export class EventRecorder {
  readonly #client: KubeClient;
  readonly #nodeName: string;
  readonly #told = new Map<string, Told>();
  #queue: Promise<void> = Promise.resolve();
  #number = 0;

  constructor(client: KubeClient, nodeName: string) {
    this.#client = client;
    this.#nodeName = nodeName;
  }

  /** @param container it is about, of a pod */
  tell(
    about: KubeObject,
    type: EventType,
    reason: string,
    message: string,
    container?: { readonly name: string; readonly isInit: boolean },
  ): void {
    const atMs = Date.now();
    this.#queue = this.#queue
      .then(() => this.#write(about, type, reason, message, container, atMs))
      // An event that cannot be written is no reason for anything else to fail.
      .catch(() => {});
  }

  async #write(
    about: KubeObject,
    type: EventType,
    reason: string,
    message: string,
    container: { readonly name: string; readonly isInit: boolean } | undefined,
    atMs: number,
  ): Promise<void> {
    const { name, namespace = "default", uid } = about.metadata;
    const path = `/api/v1/namespaces/${namespace}/events`;
    const key = [uid, container?.name, reason, message].join(" ");
    const told = this.#told.get(key);
    if (told !== undefined) {
      const count = told.count + 1;
      const body = { count, lastTimestamp: timestamp(atMs) };
      await this.#client.request("PATCH", `${path}/${told.name}`, {
        body,
        contentType: "application/merge-patch+json",
      });
      this.#told.set(key, { ...told, count });
      return;
    }
    this.#number += 1;
    const eventName = `${name}.${(atMs * 1000 + (this.#number % 1000)).toString(16)}`;
    const field =
      container && `spec.${container.isInit ? "initContainers" : "containers"}{${container.name}}`;
    await this.#client.request("POST", path, {
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: eventName, namespace },
        involvedObject: {
          apiVersion: about.apiVersion,
          kind: about.kind,
          name,
          ...(about.metadata.namespace !== undefined && { namespace }),
          uid,
          ...(field !== undefined && { fieldPath: field }),
        },
        type,
        reason,
        message,
        source: { component: "kubelet", host: this.#nodeName },
        reportingComponent: "kubelet",
        reportingInstance: this.#nodeName,
        count: 1,
        firstTimestamp: timestamp(atMs),
        lastTimestamp: timestamp(atMs),
      },
    });
    this.#told.set(key, { name: eventName, count: 1 });
    if (this.#told.size > mostRemembered)
      for (const oldest of this.#told.keys()) {
        this.#told.delete(oldest);
        break;
      }
  }
}
