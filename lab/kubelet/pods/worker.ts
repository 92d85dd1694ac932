import { join } from "node:path";
import type { Pod, PodStatus } from "../contract.ts";
import type { MadeSandbox } from "../sandbox/sandboxes.ts";
import { PodVolumes } from "../volumes/pod-volumes.ts";
import { withServiceAccount } from "../volumes/service-account.ts";
import type { ContainerRun } from "./container-run.ts";
import { recordOf } from "./containers-of.ts";
import type { Action, ContainerRecord, PodState } from "./contract.ts";
import { deletePod } from "./delete-pod.ts";
import { isInitialized, plan } from "./plan.ts";
import { PodContainers } from "./pod-containers.ts";
import { restored } from "./restore.ts";
import type { PodServices } from "./services.ts";
import { podStatus } from "./status.ts";
import { StatusWriter } from "./status-writer.ts";

const sandboxRetryMs = 1000;
const firstBackOffMs = 10_000;

/**
 * Brings one pod to what its spec says, and to its end. It holds the state, asks plan() after each change, carries the
 * actions out beside one another, and writes the status that podStatus() makes of the state.
 */
export class PodWorker {
  readonly #services: PodServices;
  readonly #status: StatusWriter;
  readonly #volumes: PodVolumes;
  readonly #containers: PodContainers;
  readonly #forgotten: () => void;
  #state: PodState;
  #sandbox: MadeSandbox | undefined;
  #told: PodStatus | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStepping = false;
  #isDone = false;

  constructor(pod: Pod, services: PodServices, forgotten: () => void) {
    this.#services = services;
    this.#forgotten = forgotten;
    this.#state = restored(this.#complete(pod), Date.now());
    this.#status = new StatusWriter(services.client, pod);
    this.#volumes = new PodVolumes(
      services.client,
      join(services.folder, "pods", pod.metadata.uid, "volumes"),
    );
    this.#containers = new PodContainers(services, this.#volumes, {
      state: () => this.#state,
      change: (name, changes) => this.#setContainer(name, changes),
    });
    this.#step();
  }

  get pod(): Pod {
    return this.#state.pod;
  }

  /** By name of the container. */
  get runs(): ReadonlyMap<string, ContainerRun> {
    return this.#containers.runs;
  }

  /** Whether the container runs, or is about to: its log is there before its command is known to run. */
  isUnderWay(container: string): boolean {
    const { phase } = recordOf(this.#state, container);
    return phase.kind === "starting" || phase.kind === "running";
  }

  /** Path of its network namespace; undefined on the node's network, and without a sandbox. */
  get netns(): string | undefined {
    return this.#sandbox?.netns;
  }

  /** @throws CniError when the network is not as ADD left it */
  async checkNetwork(): Promise<void> {
    if (this.#sandbox !== undefined) await this.#services.network.check(this.#sandbox.id);
  }

  /** A newer version of the pod. */
  update(pod: Pod): void {
    this.#state = { ...this.#state, pod: this.#complete(pod) };
    this.#volumes.update(this.#state.pod);
    if (pod.metadata.deletionTimestamp !== undefined) this.#containers.hasten();
    this.#step();
  }

  /** The API has forgotten it before it had ended here: it ends at once. */
  vanished(): void {
    const deletionTimestamp = new Date().toISOString();
    const metadata = { ...this.pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 1 };
    this.update({ ...this.pod, metadata });
  }

  /** The pod network has come: whoever waits for it tries at once. */
  networkReady(): void {
    const { sandbox } = this.#state;
    if (sandbox.kind === "none") this.#set({ sandbox: { ...sandbox, retryAtMs: 0 } });
  }

  #complete(pod: Pod): Pod {
    return this.#services.hasTokens ? withServiceAccount(pod) : pod;
  }

  #set(changes: Partial<PodState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#step();
  }

  #setContainer(name: string, changes: Partial<ContainerRecord>): void {
    const containers = new Map(this.#state.containers);
    containers.set(name, { ...recordOf(this.#state, name), ...changes });
    this.#set({ containers });
  }

  /** Plans until nothing changes any more. Actions change the state, which leads here again: one loop serves them all. */
  #step(): void {
    if (this.#isStepping || this.#isDone) return;
    this.#isStepping = true;
    try {
      this.#settle();
    } finally {
      this.#isStepping = false;
    }
    if (!this.#isDone) this.#tellStatus();
  }

  #settle(): void {
    for (let before: PodState | undefined; before !== this.#state; ) {
      before = this.#state;
      if (!before.isInitialized && isInitialized(before))
        this.#state = { ...before, isInitialized: true };
      clearTimeout(this.#timer);
      const actions = plan(this.#state, Date.now(), this.#services.backOffMs ?? firstBackOffMs);
      for (const action of actions) this.#act(action);
    }
  }

  /** The status follows from the state and from what was told last, which the API need not have told back yet. */
  #tellStatus(): void {
    const told = this.#told?.conditions ?? [];
    const others = (this.pod.status?.conditions ?? []).filter(
      ({ type }) => !told.some((one) => one.type === type),
    );
    const status = { ...this.pod.status, ...this.#told, conditions: [...told, ...others] };
    const state = { ...this.#state, pod: { ...this.pod, status } };
    this.#told = podStatus(state, this.#services.nodeAddresses, Date.now());
    this.#status.put(this.pod, this.#told);
  }

  #act(action: Action): void {
    switch (action.kind) {
      case "make-sandbox":
        this.#state = { ...this.#state, sandbox: { kind: "making" } };
        void this.#makeSandbox();
        return;
      case "remove-sandbox":
        this.#state = { ...this.#state, sandbox: { kind: "removing" } };
        void this.#removeSandbox();
        return;
      case "start":
        if (this.#sandbox !== undefined)
          void this.#containers.start(action.container, this.#sandbox, action.backOff);
        return;
      case "stop":
        this.#containers.stop(action.container, `Stopping container ${action.container}`);
        return;
      case "hold-back":
        this.#containers.holdBack(action.container, action.untilMs);
        return;
      case "fail": {
        const { reason, message } = action;
        this.#state = { ...this.#state, failure: { reason, message } };
        this.#services.events.tell(this.pod, "Warning", reason, message);
        return;
      }
      case "forget":
        this.#isDone = true;
        void this.#forget();
        return;
      case "wake":
        this.#timer = setTimeout(() => this.#step(), Math.max(0, action.atMs - Date.now()) + 1);
        return;
    }
  }

  async #makeSandbox(): Promise<void> {
    const { events, network, sandboxes } = this.#services;
    const retry = {
      kind: "none",
      retryAtMs: Date.now() + sandboxRetryMs,
      wasReady: false,
    } as const;
    const why = this.pod.spec.hostNetwork ? undefined : network.whyNotReady();
    if (why !== undefined) {
      events.tell(this.pod, "Warning", "NetworkNotReady", `network is not ready: ${why}`);
      return this.#set({ sandbox: retry });
    }
    try {
      const sandbox = await sandboxes.make(this.pod);
      this.#sandbox = sandbox;
      this.#set({ sandbox: { kind: "ready", addresses: sandbox.addresses } });
    } catch (error) {
      const message = `Failed to create pod sandbox: ${wordsOf(error)}`;
      events.tell(this.pod, "Warning", "FailedCreatePodSandBox", message);
      this.#set({ sandbox: retry });
    }
  }

  async #removeSandbox(): Promise<void> {
    if (this.#sandbox !== undefined) await this.#services.sandboxes.remove(this.#sandbox);
    this.#sandbox = undefined;
    this.#set({ sandbox: { kind: "removed" } });
  }

  /** The last status goes out first, then the API forgets the pod. */
  async #forget(): Promise<void> {
    const { client } = this.#services;
    this.#tellStatus();
    await this.#status.flushed();
    this.#volumes.close();
    await deletePod(client, this.pod);
    this.#forgotten();
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
