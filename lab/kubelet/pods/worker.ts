import { join } from "node:path";
import { ApiError } from "../../client/api-error.ts";
import type { Container, Pod, PodStatus, TerminatedState } from "../contract.ts";
import { writeEtc } from "../sandbox/etc-files.ts";
import type { MadeSandbox } from "../sandbox/sandboxes.ts";
import { PodVolumes } from "../volumes/pod-volumes.ts";
import { withServiceAccount } from "../volumes/service-account.ts";
import type { ContainerRun } from "./container-run.ts";
import { ContainerStarter } from "./container-starter.ts";
import { allContainers, recordOf } from "./containers-of.ts";
import type { Action, BackOff, ContainerRecord, PodState } from "./contract.ts";
import { isInitialized, plan } from "./plan.ts";
import { restored } from "./restore.ts";
import type { PodServices } from "./services.ts";
import { podStatus } from "./status.ts";
import { StatusWriter } from "./status-writer.ts";

const sandboxRetryMs = 1000;
const defaultGraceSeconds = 30;
const firstBackOffMs = 10_000;

/**
 * Brings one pod to what its spec says, and to its end. It holds the state, asks plan() after each change, carries the
 * actions out beside one another, and writes the status that podStatus() makes of the state.
 */
export class PodWorker {
  readonly runs = new Map<string, ContainerRun>();
  readonly #services: PodServices;
  readonly #status: StatusWriter;
  readonly #volumes: PodVolumes;
  readonly #starter: ContainerStarter;
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
    this.#starter = new ContainerStarter(services, this.#volumes);
    this.#step();
  }

  get pod(): Pod {
    return this.#state.pod;
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
    if (pod.metadata.deletionTimestamp !== undefined)
      for (const run of this.runs.values()) if (this.#isStopping(run)) run.stop(this.#graceMs());
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

  #isStopping(run: ContainerRun): boolean {
    const { phase } = recordOf(this.#state, run.name);
    return phase.kind === "running" && phase.isStopping;
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
    for (let before: PodState | undefined; before !== this.#state; ) {
      before = this.#state;
      if (!before.isInitialized && isInitialized(before))
        this.#state = { ...before, isInitialized: true };
      clearTimeout(this.#timer);
      const actions = plan(this.#state, Date.now(), this.#services.backOffMs ?? firstBackOffMs);
      for (const action of actions) this.#act(action);
    }
    this.#isStepping = false;
    if (!this.#isDone) this.#tellStatus();
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
        void this.#start(action.container, action.backOff);
        return;
      case "stop":
        this.#stop(action.container, `Stopping container ${action.container}`);
        return;
      case "hold-back":
        this.#holdBack(action.container, action.untilMs);
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

  async #start(name: string, backOff: BackOff | undefined): Promise<void> {
    const container = allContainers(this.pod.spec).find((one) => one.name === name);
    const sandbox = this.#sandbox;
    if (container === undefined || sandbox === undefined) return;
    const before = recordOf(this.#state, name);
    const hasRun = before.phase.kind === "exited";
    const record: Partial<ContainerRecord> = {
      phase: { kind: "starting" },
      isStarted: false,
      isReady: false,
      ...(before.phase.kind === "exited" && { last: before.phase.end }),
      ...(backOff !== undefined && { backOff }),
      restartCount: before.restartCount + (hasRun ? 1 : 0),
    };
    this.#setContainer(name, record);
    const { nodeAddresses } = this.#services;
    writeEtc(this.pod, sandbox, this.#services);
    const result = await this.#starter.start(
      container,
      { pod: this.pod, nodeAddresses, podAddresses: sandbox.addresses },
      sandbox,
      recordOf(this.#state, name).restartCount,
      {
        verdict: (kind, verdict, message) => this.#verdict(container, kind, verdict, message),
        ended: (end) => this.#ended(name, end),
      },
    );
    if (result.kind === "waiting")
      return this.#setContainer(name, { phase: { ...result, kind: "waiting" } });
    if (result.kind === "failed") return this.#ended(name, result.end);
    await this.#begin(container, result.run, result.id);
  }

  async #begin(container: Container, run: ContainerRun, id: string): Promise<void> {
    const { name } = container;
    this.runs.set(name, run);
    const hasHook = container.lifecycle?.postStart !== undefined;
    const isStarted = container.startupProbe === undefined && !hasHook;
    const phase = { kind: "running", id, startedAtMs: Date.now(), isStopping: false } as const;
    this.#setContainer(name, {
      phase,
      isStarted,
      isReady: isStarted && container.readinessProbe === undefined,
    });
    const fault = await run.begin();
    if (this.runs.get(name) !== run) return;
    if (fault !== undefined) {
      const message = `PostStartHook failed: ${fault}`;
      this.#services.events.tell(this.pod, "Warning", "FailedPostStartHook", message);
      return this.#stop(name, "FailedPostStartHook");
    }
    if (hasHook && container.startupProbe === undefined) this.#hasStarted(container);
  }

  #hasStarted(container: Container): void {
    const isReady = container.readinessProbe === undefined;
    this.#setContainer(container.name, { isStarted: true, isReady });
  }

  #verdict(
    container: Container,
    kind: "startup" | "readiness" | "liveness",
    verdict: "passed" | "failed",
    message: string,
  ): void {
    const { name } = container;
    const { phase } = recordOf(this.#state, name);
    if (phase.kind !== "running") return;
    const hasPassed = verdict === "passed";
    if (kind === "readiness") this.#setContainer(name, { isReady: hasPassed });
    else if (!hasPassed && !phase.isStopping) this.#restart(container, kind, message);
    else if (hasPassed && kind === "startup") {
      this.runs.get(name)?.probeOn();
      this.#hasStarted(container);
    }
  }

  #restart(container: Container, kind: "startup" | "liveness", message: string): void {
    const { name } = container;
    const probe = container[`${kind}Probe`];
    const seconds = probe?.terminationGracePeriodSeconds;
    const text = `Container ${name} failed ${kind} probe, will be restarted`;
    this.#stop(name, text, seconds === undefined ? undefined : seconds * 1000);
    this.#services.logger.info({ pod: this.pod.metadata.name, name, message }, text);
  }

  #stop(name: string, message: string, graceMs = this.#graceMs()): void {
    const run = this.runs.get(name);
    const { phase } = recordOf(this.#state, name);
    if (run === undefined || phase.kind !== "running") return;
    this.#services.events.tell(this.pod, "Normal", "Killing", message, this.#fieldOf(name));
    this.#setContainer(name, { phase: { ...phase, isStopping: true } });
    run.stop(graceMs);
  }

  #graceMs(): number {
    const { metadata, spec } = this.pod;
    const seconds =
      metadata.deletionTimestamp === undefined ? undefined : metadata.deletionGracePeriodSeconds;
    return (seconds ?? spec.terminationGracePeriodSeconds ?? defaultGraceSeconds) * 1000;
  }

  #ended(name: string, end: TerminatedState): void {
    this.runs.delete(name);
    this.#setContainer(name, {
      phase: { kind: "exited", end, endedAtMs: Date.now() },
      isReady: false,
      isStarted: false,
    });
  }

  #holdBack(name: string, untilMs: number): void {
    const record = recordOf(this.#state, name);
    if (record.phase.kind !== "exited") return;
    const { namespace, name: podName, uid } = this.pod.metadata;
    const message = `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`;
    this.#services.events.tell(this.pod, "Warning", "BackOff", message, this.#fieldOf(name));
    this.#setContainer(name, { phase: { ...record.phase, heldUntilMs: untilMs } });
  }

  #fieldOf(name: string): { readonly name: string; readonly isInit: boolean } {
    const isInit = (this.pod.spec.initContainers ?? []).some((one) => one.name === name);
    return { name, isInit };
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

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination: with grace 0 it is gone */
export async function deletePod(client: PodServices["client"], pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  for (;;) {
    try {
      await client.request("DELETE", `/api/v1/namespaces/${namespace}/pods/${name}`, {
        body: {
          apiVersion: "v1",
          kind: "DeleteOptions",
          gracePeriodSeconds: 0,
          preconditions: { uid },
        },
      });
      return;
    } catch (error) {
      // It is gone already, or another has its name.
      if (error instanceof ApiError && [404, 409].includes(error.httpCode)) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
