import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ObjectApi } from "#lab/apiserver/contract.ts";
import type { Authority } from "#lab/apiserver/security/contract.ts";
import { writeServiceAccount } from "#lab/apiserver/security/service-account-directory.ts";
import type { Place } from "#test/topology/contract.ts";
import type { Image, Pod } from "./contract.ts";
import { allPods } from "./objects.ts";
import { type ContainerFiles, RunningPod } from "./running-pod.ts";

export interface KubeletOptions {
  readonly objects: ObjectApi;
  readonly authority: Authority;
  /** Network namespaces with an address each: one a pod. */
  readonly places: readonly Place[];
  /** By the image's name as a Pod has it. */
  readonly imageFor: (name: string) => Image;
  readonly env: Readonly<Record<string, string>>;
  readonly nameserver: string;
}

/** Runs the Pods that there are, and ends those that there are no longer. */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #running = new Map<string, RunningPod>();
  readonly #free: Place[];
  readonly #folder = mkdtempSync(join(tmpdir(), "fairlead-kubelet-"));
  readonly #ending = new Set<Promise<void>>();

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#free = [...options.places];
  }

  async prepare(): Promise<void> {
    const account = join(this.#folder, "serviceaccount");
    await writeServiceAccount(account, this.#options.authority);
    chmodSync(this.#folder, 0o755);
    chmodSync(account, 0o755);
    for (const name of readdirSync(account)) chmodSync(join(account, name), 0o644);
    writeFileSync(join(this.#folder, "resolv.conf"), `nameserver ${this.#options.nameserver}\n`);
    writeFileSync(join(this.#folder, "hosts"), "127.0.0.1 localhost\n");
  }

  /** The pods of which a process runs, by the start of their names. */
  running(prefix = ""): readonly RunningPod[] {
    return [...this.#running.values()].filter(({ name }) => name.startsWith(prefix));
  }

  /** How many pods have been told to end, and have not yet. */
  get ending(): number {
    return this.#ending.size;
  }

  follow(): void {
    const pods = new Map(
      allPods(this.#options.objects).map((pod) => [pod.metadata.uid ?? "", pod]),
    );
    for (const [uid, running] of this.#running) {
      if (pods.has(uid)) running.follow();
      else this.#end(uid, running);
    }
    for (const [uid, pod] of pods) if (!this.#running.has(uid)) this.#start(uid, pod);
  }

  async close(): Promise<void> {
    for (const [uid, running] of this.#running) this.#end(uid, running);
    await Promise.all(this.#ending);
    rmSync(this.#folder, { recursive: true });
  }

  #start(uid: string, pod: Pod): void {
    const place = this.#free.shift();
    if (place === undefined) return; // It waits for an address.
    const folder = join(this.#folder, pod.metadata.name);
    mkdirSync(folder);
    const file = (name: string): string => join(this.#folder, name);
    const files: ContainerFiles = [
      { from: file("resolv.conf"), to: "/etc/resolv.conf", readOnly: true },
      { from: file("hosts"), to: "/etc/hosts", readOnly: true },
      {
        from: file("serviceaccount"),
        to: "/run/secrets/kubernetes.io/serviceaccount",
        readOnly: true,
      },
    ];
    const { objects, env, imageFor } = this.#options;
    this.#running.set(uid, new RunningPod({ pod, place, folder, files, objects, env, imageFor }));
  }

  #end(uid: string, running: RunningPod): void {
    this.#running.delete(uid);
    const ending = running.end().then(() => {
      this.#free.push(running.place);
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
  }
}
