import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../apiserver/contract.ts";
import type { Watch } from "../../client/contract.ts";
import type { Pod } from "../contract.ts";
import { deletePod } from "./delete-pod.ts";
import { podLogFolder, pruneLogs } from "./log-paths.ts";
import type { PodServices } from "./services.ts";
import { PodWorker } from "./worker.ts";

/** The pods of this node: a worker for each, by uid, for a pod that comes again under its name is another. */
export class PodManager {
  readonly #services: PodServices;
  readonly #workers = new Map<string, PodWorker>();
  readonly #byKey = new Map<string, string>();
  /** Uids of all pods of the node, of those that have ended too. */
  readonly #known = new Map<string, string>();
  readonly #watch: Watch;

  constructor(services: PodServices, nodeName: string) {
    this.#services = services;
    // Of a kubelet before this one: none of its containers is left.
    rmSync(join(services.folder, "pods"), { recursive: true, force: true });
    const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${nodeName}` });
    this.#watch = services.client.watch(`/api/v1/pods?${query}`, {
      change: (key, object) => this.#change(key, object),
      synced: () => pruneLogs(services.logFolder, new Set(this.#known.values())),
    });
  }

  /** By namespace and name. */
  get(namespace: string, name: string): PodWorker | undefined {
    return this.#workers.get(this.#byKey.get(`${namespace}/${name}`) ?? "");
  }

  all(): readonly Pod[] {
    return [...this.#workers.values()].map(({ pod }) => pod);
  }

  networkReady(): void {
    for (const worker of this.#workers.values()) worker.networkReady();
  }

  /** After the network has been away. */
  refresh(): void {
    this.#watch.restart();
  }

  #change(key: string, object: KubeObject | undefined): void {
    const before = this.#byKey.get(key);
    if (before !== undefined && before !== object?.metadata.uid) {
      this.#byKey.delete(key);
      this.#workers.get(before)?.vanished();
    }
    if (object === undefined) {
      this.#known.delete(key);
      return;
    }
    // Of a list of Pods: those that the server has let in have the fields of a Pod.
    const pod = { ...object, apiVersion: "v1", kind: "Pod" } as Pod;
    this.#known.set(key, pod.metadata.uid);
    const worker = this.#workers.get(pod.metadata.uid);
    if (worker === undefined) this.#begin(key, pod);
    else worker.update(pod);
  }

  #begin(key: string, pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const { phase } = pod.status ?? {};
    if (phase === "Succeeded" || phase === "Failed") {
      // It ended under a kubelet before this one: nothing of it is left here.
      if (deletionTimestamp !== undefined) void deletePod(this.#services.client, pod);
      return;
    }
    this.#byKey.set(key, uid);
    const forgotten = (): void => {
      this.#workers.delete(uid);
      if (this.#byKey.get(key) === uid) this.#byKey.delete(key);
      for (const path of [
        join(this.#services.folder, "pods", uid),
        podLogFolder(this.#services.logFolder, pod),
      ])
        rmSync(path, { recursive: true, force: true });
    };
    this.#workers.set(uid, new PodWorker(pod, this.#services, forgotten));
  }
}
