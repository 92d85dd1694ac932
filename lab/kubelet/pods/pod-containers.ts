import type { Container, TerminatedState } from "../contract.ts";
import type { EventType } from "../events/recorder.ts";
import type { ProbeKind } from "../probes/contract.ts";
import type { MadeSandbox } from "../sandbox/sandboxes.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import type { ContainerRun } from "./container-run.ts";
import { ContainerStarter } from "./container-starter.ts";
import { allContainers, placeOf, recordOf } from "./containers-of.ts";
import type { BackOff, ContainerRecord, PodState } from "./contract.ts";
import type { PodServices } from "./services.ts";

const defaultGraceSeconds = 30;

/** Who holds the pod's state. */
export interface StateHolder {
  state(): PodState;
  change(container: string, changes: Partial<ContainerRecord>): void;
}

/** The containers of one pod as they run: what is done with one, and what one does, changes its record. */
export class PodContainers {
  /** Those whose command runs, by name. */
  readonly runs = new Map<string, ContainerRun>();
  readonly #services: PodServices;
  readonly #holder: StateHolder;
  readonly #starter: ContainerStarter;

  constructor(services: PodServices, volumes: PodVolumes, holder: StateHolder) {
    this.#services = services;
    this.#holder = holder;
    this.#starter = new ContainerStarter(services, volumes);
  }

  /** Until its command runs and its postStart hook has ended. */
  async start(name: string, sandbox: MadeSandbox, backOff: BackOff | undefined): Promise<void> {
    const { pod } = this.#holder.state();
    const container = allContainers(pod.spec).find((one) => one.name === name);
    if (container === undefined) return;
    const before = this.#recordOf(name);
    const hasRun = before.phase.kind === "exited";
    const record: Partial<ContainerRecord> = {
      phase: { kind: "starting" },
      isStarted: false,
      isReady: false,
      ...(before.phase.kind === "exited" && { last: before.phase.end }),
      ...(backOff !== undefined && { backOff }),
      restartCount: before.restartCount + (hasRun ? 1 : 0),
    };
    this.#holder.change(name, record);
    const result = await this.#starter.start({
      container,
      facts: {
        pod,
        nodeAddresses: this.#services.nodeAddresses,
        podAddresses: sandbox.addresses,
      },
      sandbox,
      restartCount: this.#recordOf(name).restartCount,
      watcher: {
        verdict: (kind, verdict, message) => this.#verdict(container, kind, verdict, message),
        ended: (end) => this.#ended(name, end),
      },
    });
    if (result.kind === "waiting")
      return this.#holder.change(name, { phase: { ...result, kind: "waiting" } });
    if (result.kind === "failed") return this.#ended(name, result.end);
    await this.#begin(container, result.run, result.id);
  }

  async #begin(container: Container, run: ContainerRun, id: string): Promise<void> {
    const { name } = container;
    this.runs.set(name, run);
    const hasHook = container.lifecycle?.postStart !== undefined;
    const isStarted = container.startupProbe === undefined && !hasHook;
    const phase = { kind: "running", id, startedAtMs: Date.now(), isStopping: false } as const;
    this.#holder.change(name, {
      phase,
      isStarted,
      isReady: isStarted && container.readinessProbe === undefined,
    });
    const fault = await run.begin();
    if (this.runs.get(name) !== run) return;
    if (fault !== undefined) {
      const message = `PostStartHook failed: ${fault}`;
      this.#tell("Warning", "FailedPostStartHook", name, message);
      return this.stop(name, "FailedPostStartHook");
    }
    if (hasHook && container.startupProbe === undefined) this.#hasStarted(container);
  }

  #hasStarted(container: Container): void {
    const isReady = container.readinessProbe === undefined;
    this.#holder.change(container.name, { isStarted: true, isReady });
  }

  #verdict(
    container: Container,
    kind: ProbeKind,
    verdict: "passed" | "failed",
    message: string,
  ): void {
    const { name } = container;
    const { phase } = this.#recordOf(name);
    if (phase.kind !== "running") return;
    const hasPassed = verdict === "passed";
    if (kind === "readiness") this.#holder.change(name, { isReady: hasPassed });
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
    this.stop(name, text, seconds === undefined ? undefined : seconds * 1000);
    this.#services.logger.info(
      { pod: this.#holder.state().pod.metadata.name, name, message },
      text,
    );
  }

  /** Begins to end it, and tells why. */
  stop(name: string, message: string, graceMs = this.#graceMs()): void {
    const run = this.runs.get(name);
    const { phase } = this.#recordOf(name);
    if (run === undefined || phase.kind !== "running") return;
    this.#tell("Normal", "Killing", name, message);
    this.#holder.change(name, { phase: { ...phase, isStopping: true } });
    run.stop(graceMs);
  }

  #graceMs(): number {
    const { metadata, spec } = this.#holder.state().pod;
    const seconds =
      metadata.deletionTimestamp === undefined ? undefined : metadata.deletionGracePeriodSeconds;
    return (seconds ?? spec.terminationGracePeriodSeconds ?? defaultGraceSeconds) * 1000;
  }

  #ended(name: string, end: TerminatedState): void {
    this.runs.delete(name);
    this.#holder.change(name, {
      phase: { kind: "exited", end, endedAtMs: Date.now() },
      isReady: false,
      isStarted: false,
    });
  }

  /** It has ended, and is not started again before then. */
  holdBack(name: string, untilMs: number): void {
    const record = this.#recordOf(name);
    if (record.phase.kind !== "exited") return;
    const { namespace, name: podName, uid } = this.#holder.state().pod.metadata;
    const message = `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`;
    this.#tell("Warning", "BackOff", name, message);
    this.#holder.change(name, { phase: { ...record.phase, heldUntilMs: untilMs } });
  }

  /** Those that are being ended get the grace that the pod has now, if that is shorter. */
  hasten(): void {
    for (const [name, run] of this.runs) {
      const { phase } = this.#recordOf(name);
      if (phase.kind === "running" && phase.isStopping) run.stop(this.#graceMs());
    }
  }

  #recordOf(name: string): ContainerRecord {
    return recordOf(this.#holder.state(), name);
  }

  #tell(type: EventType, reason: string, name: string, message: string): void {
    const { pod } = this.#holder.state();
    this.#services.events.tell(pod, type, reason, message, placeOf(pod, name));
  }
}
