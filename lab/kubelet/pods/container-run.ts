import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { enterContainer, killEntered } from "../containers/enter.ts";
import type { RunningContainer } from "../containers/runtime.ts";
import type { Container } from "../contract.ts";
import type { Outcome, ProbeKind, ProbeTarget } from "../probes/contract.ts";
import { Prober } from "../probes/prober.ts";
import { runHandler } from "../probes/run-handler.ts";

export interface ContainerRunOptions {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly address: string;
  readonly verdict: (kind: ProbeKind, verdict: "passed" | "failed", message: string) => void;
  readonly unhealthy: (kind: ProbeKind, message: string) => void;
}

/** A hook has no timeout of its own: it ends with the container at the latest. */
const hookTimeoutMs = 2 ** 31 - 1;
/** What a container gets to end in when its preStop hook has used up the rest. */
const leastGraceMs = 2000;

/** One run of a container, from the start of its command to the end: its probes, hooks and its end. */
export class ContainerRun {
  readonly running: RunningContainer;
  readonly #options: ContainerRunOptions;
  readonly #probers = new Map<ProbeKind, Prober>();
  #killTimer: NodeJS.Timeout | undefined;
  #killAtMs = Number.POSITIVE_INFINITY;
  #isStopping = false;

  constructor(options: ContainerRunOptions) {
    this.#options = options;
    this.running = options.running;
    void options.running.ended.then(() => this.#close());
  }

  get name(): string {
    return this.#options.container.name;
  }

  /** The postStart hook, then the startup probe, and behind it the others. Undefined, or how the hook failed. */
  async begin(): Promise<string | undefined> {
    const { lifecycle, startupProbe } = this.#options.container;
    if (lifecycle?.postStart !== undefined) {
      const outcome = await runHandler(lifecycle.postStart, this.#target, hookTimeoutMs);
      if (!outcome.isSuccess) return outcome.message;
    }
    if (startupProbe !== undefined) this.#probe("startup");
    else this.probeOn();
    return undefined;
  }

  /** The container has started: it is asked whether it is ready and alive. */
  probeOn(): void {
    this.#probers.get("startup")?.stop();
    this.#probe("readiness");
    this.#probe("liveness");
  }

  /** preStop, the signal to stop, and SIGKILL when the grace is over. Called again it can only shorten the grace. */
  stop(graceMs: number): void {
    this.#killIn(graceMs);
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#probers.get("startup")?.stop();
    this.#probers.get("liveness")?.stop();
    const { preStop } = this.#options.container.lifecycle ?? {};
    if (preStop === undefined) this.running.kill(this.running.plan.stopSignal);
    else void this.#afterHook(runHandler(preStop, this.#target, hookTimeoutMs), graceMs);
  }

  /** A command beside the container's own. */
  async exec(command: readonly string[], timeoutMs: number): Promise<Outcome> {
    const child = enterContainer(this.running, command);
    child.stdin.end();
    let isLate = false;
    const timer =
      timeoutMs >= hookTimeoutMs
        ? undefined
        : setTimeout(() => {
            isLate = true;
            killEntered(child);
          }, timeoutMs);
    try {
      const ended = once(child, "close");
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      if (isLate)
        return { isSuccess: false, message: `command ${JSON.stringify(command)} timed out` };
      return { isSuccess: child.exitCode === 0, message: `${out}${err}`.trim() };
    } catch (error) {
      return { isSuccess: false, message: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #afterHook(hook: Promise<Outcome>, graceMs: number): Promise<void> {
    const beganAtMs = performance.now();
    const late = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([hook, late, this.running.ended]);
    const leftMs = Math.max(leastGraceMs, graceMs - (performance.now() - beganAtMs));
    this.#killAtMs = Number.POSITIVE_INFINITY;
    this.#killIn(leftMs);
    this.running.kill(this.running.plan.stopSignal);
  }

  #killIn(graceMs: number): void {
    const atMs = performance.now() + graceMs;
    if (atMs >= this.#killAtMs) return;
    this.#killAtMs = atMs;
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.running.kill("SIGKILL"), graceMs);
  }

  #probe(kind: ProbeKind): void {
    const probe = this.#options.container[`${kind}Probe`];
    if (probe === undefined || this.#isStopping) return;
    this.#probers.set(
      kind,
      new Prober({
        kind,
        probe,
        target: this.#target,
        verdict: (verdict, message) => this.#options.verdict(kind, verdict, message),
        failure: (message) => this.#options.unhealthy(kind, message),
      }),
    );
  }

  get #target(): ProbeTarget {
    const { container, address } = this.#options;
    const ports = (container.ports ?? []).flatMap(({ name, containerPort }) =>
      name === undefined ? [] : [[name, containerPort] as const],
    );
    return {
      address,
      ports: new Map(ports),
      exec: (command, timeoutMs) => this.exec(command, timeoutMs),
    };
  }

  #close(): void {
    clearTimeout(this.#killTimer);
    for (const prober of this.#probers.values()) prober.stop();
  }
}

/** Longest message that a status takes. */
const longestMessage = 4096;
const longestFallback = 2048;

/** The last words of a container: its message file, or the end of its log where it asks for that. */
export function terminationMessage(
  { terminationMessagePolicy }: Container,
  messageFile: string | undefined,
  logTail: () => string,
  exitCode: number,
): string | undefined {
  const words = messageFile === undefined ? "" : readOr(messageFile).slice(0, longestMessage);
  if (words !== "") return words;
  if (terminationMessagePolicy !== "FallbackToLogsOnError" || exitCode === 0) return undefined;
  return logTail().slice(-longestFallback) || undefined;
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
