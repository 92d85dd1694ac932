import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../../images/contract.ts";
import { ConfigError } from "../containers/config-error.ts";
import { findImage } from "../containers/image.ts";
import { LogFile } from "../containers/log-file.ts";
import type { Container, Pod, TerminatedState } from "../contract.ts";
import type { EventType } from "../events/recorder.ts";
import type { ProbeKind } from "../probes/contract.ts";
import { etcFolder, writeEtc } from "../sandbox/etc-files.ts";
import type { MadeSandbox } from "../sandbox/sandboxes.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { nextBackOff } from "./back-off.ts";
import { ContainerRun, terminationMessage } from "./container-run.ts";
import { placeOf } from "./containers-of.ts";
import type { BackOff } from "./contract.ts";
import type { PodFacts } from "./fields.ts";
import { logFile } from "./log-paths.ts";
import { prepareContainer } from "./prepare.ts";
import type { PodServices } from "./services.ts";
import { timestamp } from "./time.ts";

export type StartResult =
  | { readonly kind: "running"; readonly run: ContainerRun; readonly id: string }
  /** Its command never ran. */
  | { readonly kind: "failed"; readonly end: TerminatedState }
  /** Something that it needs is not there yet. */
  | {
      readonly kind: "waiting";
      readonly reason: string;
      readonly message: string;
      readonly untilMs: number;
    };

export interface WantedStart {
  readonly container: Container;
  readonly facts: PodFacts;
  readonly sandbox: MadeSandbox;
  /** Of the container, this start included. */
  readonly restartCount: number;
  readonly watcher: RunWatcher;
}

interface RunWatcher {
  readonly verdict: (kind: ProbeKind, verdict: "passed" | "failed", message: string) => void;
  readonly ended: (end: TerminatedState) => void;
}

type Teller = (type: EventType, reason: string, message: string) => void;

const retryMs = 2000;
const startFailed = 128;

/** Starts the containers of one pod, and tells the story in events. */
export class ContainerStarter {
  readonly #services: PodServices;
  readonly #volumes: PodVolumes;
  readonly #pulls = new Map<string, BackOff>();

  constructor(services: PodServices, volumes: PodVolumes) {
    this.#services = services;
    this.#volumes = volumes;
  }

  async start(wanted: WantedStart): Promise<StartResult> {
    const { container, facts, sandbox } = wanted;
    const { pod } = facts;
    const { name, image: reference = "" } = container;
    const tell = this.#teller(pod, container);
    const found = findImage(container);
    if (found.kind === "missing") return this.#imageMissing(container, found.message, tell);
    try {
      writeEtc(pod, sandbox, this.#services);
      const volumes = await this.#volumes.paths(facts).catch((error) => {
        tell("Warning", "FailedMount", wordsOf(error));
        throw new Waiting("ContainerCreating", "");
      });
      tell("Normal", "Pulled", `Container image "${reference}" already present on machine`);
      return await this.#run(wanted, found.image, volumes);
    } catch (error) {
      const untilMs = Date.now() + retryMs;
      if (error instanceof Waiting)
        return { kind: "waiting", reason: error.reason, message: error.message, untilMs };
      const message = wordsOf(error);
      const isConfig = error instanceof ConfigError;
      tell("Warning", "Failed", `Error: ${message}`);
      if (isConfig)
        return { kind: "waiting", reason: "CreateContainerConfigError", message, untilMs };
      this.#services.logger.warn({ pod: pod.metadata.name, container: name }, message);
      return { kind: "waiting", reason: "CreateContainerError", message, untilMs };
    }
  }

  async #run(
    { container, facts, sandbox, restartCount, watcher }: WantedStart,
    image: Image,
    volumes: ReadonlyMap<string, string>,
  ): Promise<StartResult> {
    const { folder, runtime, prepare } = this.#services;
    const { pod } = facts;
    const tell = this.#teller(pod, container);
    const files = {
      etc: etcFolder(pod, folder),
      message: join(
        folder,
        "pods",
        pod.metadata.uid,
        "messages",
        container.name,
        `${restartCount}`,
      ),
    };
    const { plan, messageFile } = await prepareContainer(
      container,
      image,
      facts,
      sandbox,
      volumes,
      files,
      prepare,
    );
    const logPath = logFile(this.#services.logFolder, pod, container.name, restartCount);
    const log = new LogFile(logPath, Date.now);
    const id = `fairlead-lab://${randomUUID().replaceAll("-", "").repeat(2)}`;
    tell("Normal", "Created", `Created container: ${container.name}`);
    const startedAt = timestamp(Date.now());
    const endedState = (exitCode: number, reason: string, message?: string): TerminatedState => ({
      exitCode,
      reason,
      ...(message !== undefined && { message }),
      startedAt,
      finishedAt: timestamp(Date.now()),
      containerID: id,
    });
    try {
      const running = await runtime.start(plan, log);
      const run = new ContainerRun({
        container,
        running,
        address: sandbox.addresses[0] ?? "127.0.0.1",
        verdict: watcher.verdict,
        unhealthy: (kind, message) =>
          tell(
            "Warning",
            "Unhealthy",
            `${kind[0]?.toUpperCase()}${kind.slice(1)} probe failed: ${message}`,
          ),
      });
      tell("Normal", "Started", `Started container ${container.name}`);
      void running.ended.then((code) => {
        log.close();
        const words = terminationMessage(container, messageFile, () => tail(logPath), code);
        watcher.ended(endedState(code, code === 0 ? "Completed" : "Error", words));
      });
      return { kind: "running", run, id };
    } catch (error) {
      log.close();
      const message = `failed to start container "${container.name}": ${wordsOf(error)}`;
      tell("Warning", "Failed", `Error: ${message}`);
      return { kind: "failed", end: endedState(startFailed, "StartError", message) };
    }
  }

  #imageMissing({ name, image = "" }: Container, why: string, tell: Teller): StartResult {
    const nowMs = Date.now();
    const before = this.#pulls.get(name);
    const backOff = nextBackOff(before, nowMs, this.#services.backOffMs ?? 10_000);
    this.#pulls.set(name, backOff);
    tell("Normal", "Pulling", `Pulling image "${image}"`);
    tell("Warning", "Failed", `Failed to pull image "${image}": ${why}`);
    const reason = before === undefined ? "ErrImagePull" : "ImagePullBackOff";
    tell("Warning", "Failed", `Error: ${reason}`);
    tell("Normal", "BackOff", `Back-off pulling image "${image}"`);
    const message = `Back-off pulling image "${image}": ${why}`;
    return { kind: "waiting", reason, message, untilMs: nowMs + backOff.pauseMs };
  }

  #teller(pod: Pod, { name }: Container): Teller {
    return (type, reason, message) =>
      this.#services.events.tell(pod, type, reason, message, placeOf(pod, name));
  }
}

class Waiting extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The texts of the last entries of a log. */
function tail(file: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-80);
  return lines.map((line) => line.split(" ").slice(3).join(" ")).join("\n");
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
