import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ObjectApi } from "#lab/apiserver/contract.ts";
import type { Place, Started } from "#test/topology/contract.ts";
import { ConfigVolume } from "./config-volume.ts";
import { containerCommand, type Mount } from "./container.ts";
import type { Container, Image, Pod } from "./contract.ts";
import { writePodStatus } from "./objects.ts";
import { Prober } from "./prober.ts";

export type ContainerFiles = readonly Mount[];

export interface RunningPodOptions {
  readonly pod: Pod;
  readonly place: Place;
  /** A folder of its own. */
  readonly folder: string;
  readonly files: ContainerFiles;
  readonly objects: ObjectApi;
  readonly env: Readonly<Record<string, string>>;
  readonly imageFor: (name: string) => Image;
}

/** How late kubelet may notice that a container has ended: it lists them once a second. */
const RELIST_MS = 1000;

/** A pod with one container: its process, its volumes, what its probes say. */
export class RunningPod {
  readonly place: Place;
  readonly address: string;
  readonly #options: RunningPodOptions;
  readonly #container: Container;
  readonly #volumes = new Map<string, ConfigVolume>();
  readonly #command: readonly string[];
  #process: Started;
  #probers: readonly Prober[] = [];
  #isReady: boolean | undefined;
  #isEnding = false;
  #output = "";

  constructor(options: RunningPodOptions) {
    const { pod, place, folder, files, env, imageFor } = options;
    const [container] = pod.spec.containers;
    if (container === undefined) throw new Error(`${pod.metadata.name} has no container`);
    this.#options = options;
    this.#container = container;
    this.place = place;
    this.address = place.addresses[0] ?? "";
    const root = join(folder, "root");
    mkdirSync(root);
    const mounts = [...files, ...this.#mounts()];
    this.#command = containerCommand(container, imageFor(container.image), root, mounts, env);
    this.#process = this.#start();
  }

  get name(): string {
    return this.#options.pod.metadata.name;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What its containers have printed. */
  log(): string {
    return this.#output + this.#process.output();
  }

  /** Brings what has changed in ConfigMaps into its volumes. */
  follow(): void {
    const { pod, objects } = this.#options;
    const { namespace = "" } = pod.metadata;
    for (const [name, volume] of this.#volumes) {
      const found = objects.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
      if (found !== undefined) volume.update(found.object.data as Record<string, string>); // its only form
    }
  }

  /** SIGTERM, and SIGKILL when the grace period is over. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const prober of this.#probers) prober.stop();
    await this.#process.stop((this.#options.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
  }

  /** As a fault of the program would, or the kernel when memory is short. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #start(): Started {
    const [command = "", ...args] = this.#command;
    const process = this.place.start(command, args);
    const { readinessProbe, livenessProbe } = this.#container;
    this.#probers = [
      ...(readinessProbe === undefined
        ? []
        : [new Prober(this.address, readinessProbe, (passes) => this.#setReady(passes))]),
      ...(livenessProbe === undefined
        ? []
        : [new Prober(this.address, livenessProbe, (passes) => passes || process.kill("SIGTERM"))]),
    ];
    this.#setReady(readinessProbe === undefined);
    void process.ended.then((how) => this.#afterEnd(how));
    return process;
  }

  #afterEnd(how: number | string): void {
    for (const prober of this.#probers) prober.stop();
    this.#output += `${this.#process.output()}[ended with ${how}]\n`;
    if (this.#isEnding) return;
    setTimeout(() => {
      if (this.#isEnding) return;
      this.#setReady(false);
      this.#process = this.#start();
    }, RELIST_MS);
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady || this.#isEnding) return;
    this.#isReady = isReady;
    writePodStatus(this.#options.objects, this.#options.pod, this.address, isReady);
  }

  #mounts(): readonly Mount[] {
    const { pod, folder } = this.#options;
    return (this.#container.volumeMounts ?? []).map(({ name, mountPath: to }) => {
      const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
      const from = join(folder, name);
      if (volume?.configMap === undefined) {
        mkdirSync(from);
        chmodSync(from, 0o777);
        return { from, to, readOnly: false };
      }
      this.#volumes.set(volume.configMap.name, new ConfigVolume(from));
      this.follow();
      return { from, to, readOnly: true };
    });
  }
}
