import type { PluginIo } from "../../contract.ts";

/** A call as the shim relays it: what the process of the plugin was started with. */
export interface RelayedCall {
  /** argv[0]. */
  readonly name: string;
  readonly stdin: string;
  readonly env: PluginIo["env"];
}

/** What the shim gives back to the runtime. */
export interface RelayedAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stretch of an ADD, for its histogram. */
export type AddPhase = "links" | "rules" | "addresses" | "total";

export interface CallReport {
  readonly command: string;
  readonly type: string;
  readonly isSuccess: boolean;
  readonly durationMs: number;
  /** Of ADD alone. */
  readonly phasesMs: Readonly<Record<AddPhase, number>> | undefined;
}
