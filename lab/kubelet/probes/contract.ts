/** Probes: what is asked of a container again and again, and what follows from the answers. */

export type ProbeKind = "startup" | "readiness" | "liveness";

export type Outcome =
  | { readonly isSuccess: true; readonly message: string }
  | { readonly isSuccess: false; readonly message: string };

/** How a probe stands after its latest answer. */
export interface ProbeState {
  readonly successes: number;
  readonly failures: number;
  /** What counts: undefined until a threshold has been met for the first time. */
  readonly verdict: "passed" | "failed" | undefined;
}

/** What probes and hooks are run against. */
export interface ProbeTarget {
  /** Of the pod; the node's where it is on the node's network. */
  readonly address: string;
  /** Numbers of named ports. */
  readonly ports: ReadonlyMap<string, number>;
  /** Runs a command in the container. The message is what it printed. */
  exec(command: readonly string[], timeoutMs: number): Promise<Outcome>;
}
