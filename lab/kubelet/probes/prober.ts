import type { Probe } from "../contract.ts";
import type { Outcome, ProbeKind, ProbeState, ProbeTarget } from "./contract.ts";
import { afterOutcome, untried } from "./probe-state.ts";
import { runHandler } from "./run-handler.ts";

export interface ProberOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly target: ProbeTarget;
  /** A verdict that differs from the one before. */
  readonly verdict: (verdict: "passed" | "failed", message: string) => void;
  /** Each answer that counts against the container. */
  readonly failure: (message: string) => void;
}

/** How soon a container that has just started is asked again; it grows until it is the probe's period. */
const firstPauseMs = 100;
const pauseGrowth = 1.5;

/**
 * Asks one probe of one container until it is stopped. Startup and readiness are asked in short order at first: a
 * container becomes ready when it is, not a period later. Those answers count only when they are good.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #beganAtMs = performance.now();
  #state: ProbeState = untried;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #isStopped = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#after((options.probe.initialDelaySeconds ?? 0) * 1000);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #after(pauseMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#ask(), pauseMs);
  }

  async #ask(): Promise<void> {
    const { probe, target } = this.#options;
    const { timeoutSeconds = 1, periodSeconds = 10, initialDelaySeconds = 0 } = probe;
    const beganAtMs = performance.now();
    const outcome = await runHandler(probe, target, timeoutSeconds * 1000);
    if (this.#isStopped) return;
    const periodMs = periodSeconds * 1000;
    const sinceFirstMs = performance.now() - this.#beganAtMs - initialDelaySeconds * 1000;
    const isEarly =
      this.#options.kind !== "liveness" &&
      this.#state.verdict === undefined &&
      !outcome.isSuccess &&
      sinceFirstMs < periodMs;
    if (isEarly) {
      this.#after(Math.min(this.#pauseMs, Math.max(0, periodMs - sinceFirstMs)));
      this.#pauseMs *= pauseGrowth;
      return;
    }
    this.#take(outcome);
    this.#after(Math.max(0, periodMs - (performance.now() - beganAtMs)));
  }

  #take(outcome: Outcome): void {
    const before = this.#state;
    this.#state = afterOutcome(before, outcome, this.#options.probe);
    if (!outcome.isSuccess) this.#options.failure(outcome.message);
    const { verdict } = this.#state;
    if (verdict !== undefined && verdict !== before.verdict)
      this.#options.verdict(verdict, outcome.message);
  }
}
