/**
 * A pod as its worker sees it, and what is to be done about it. plan() and podStatus() are functions of a PodState;
 * the worker carries actions out and changes the state as they end. Times are milliseconds since the epoch.
 */
import type { Pod, TerminatedState } from "../contract.ts";

/** The pod's network namespace. A pod on the node's network has one too, without a namespace of its own. */
export type Sandbox =
  | { readonly kind: "none"; readonly retryAtMs: number; readonly wasReady: boolean }
  | { readonly kind: "making" }
  | { readonly kind: "ready"; readonly addresses: readonly string[] }
  | { readonly kind: "removing" }
  | { readonly kind: "removed" };

export type ContainerPhase =
  | {
      readonly kind: "waiting";
      readonly reason: string;
      readonly message?: string;
      /** Not before then. */
      readonly untilMs: number;
    }
  | { readonly kind: "starting" }
  | {
      readonly kind: "running";
      readonly id: string;
      readonly startedAtMs: number;
      readonly isStopping: boolean;
    }
  | {
      readonly kind: "exited";
      readonly end: TerminatedState;
      readonly endedAtMs: number;
      /** It is held back from its next start until then. */
      readonly heldUntilMs?: number;
    };

export interface ContainerRecord {
  readonly phase: ContainerPhase;
  /** How the run before this one ended. */
  readonly last?: TerminatedState;
  readonly restartCount: number;
  /** Whether the startup probe has passed, where there is one. */
  readonly isStarted: boolean;
  readonly isReady: boolean;
  readonly backOff?: BackOff;
}

export interface BackOff {
  readonly pauseMs: number;
  /** End of the run that it was last raised for. */
  readonly raisedAtMs: number;
}

export interface PodState {
  readonly pod: Pod;
  readonly sandbox: Sandbox;
  /** Init containers too. */
  readonly containers: ReadonlyMap<string, ContainerRecord>;
  /** Why it has to end, whatever its containers do. */
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly startedAtMs: number;
  /** Whether its init containers have once all ended well. */
  readonly isInitialized: boolean;
}

export type Action =
  | { readonly kind: "make-sandbox" }
  | { readonly kind: "remove-sandbox" }
  | { readonly kind: "start"; readonly container: string; readonly backOff?: BackOff }
  | { readonly kind: "hold-back"; readonly container: string; readonly untilMs: number }
  | { readonly kind: "stop"; readonly container: string }
  | { readonly kind: "fail"; readonly reason: string; readonly message: string }
  /** Nothing is left of it on the node: the API may forget it. */
  | { readonly kind: "forget" }
  | { readonly kind: "wake"; readonly atMs: number };
