/** Pods and their states in short words, for the tables of this folder. */
import type { Container, Pod, PodSpec, TerminatedState } from "../contract.ts";
import type { ContainerPhase, ContainerRecord, PodState, Sandbox } from "./contract.ts";

export function testPod(spec: Partial<PodSpec> = {}, metadata: object = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", uid: "u1", ...metadata },
    spec: { containers: [{ name: "a" }], ...spec },
  };
}

const ready: Sandbox = { kind: "ready", addresses: ["10.244.1.5"] };

const sandboxes = {
  none: { kind: "none", retryAtMs: 0, wasReady: false },
  making: { kind: "making" },
  ready,
  removing: { kind: "removing" },
  removed: { kind: "removed" },
} as const satisfies Record<string, Sandbox>;

/**
 * A container in a word: "running", "stopping", "starting", "waiting", "ready" (running and started), or "exit N" with
 * what came before: "exit 1 held", "exit 1 again" (its back-off has been raised once, at 1000).
 */
function record(word: string): ContainerRecord {
  const [kind = "", code = "", more = ""] = word.split(" ");
  const isUp = kind === "ready";
  return {
    phase: phaseOf(kind, Number(code), more),
    restartCount: more === "again" ? 1 : 0,
    isStarted: isUp,
    isReady: isUp,
    ...(more === "again" && { backOff: { pauseMs: 10_000, raisedAtMs: 1000 } }),
  };
}

function phaseOf(kind: string, exitCode: number, more: string): ContainerPhase {
  const running = { kind: "running", id: "lab://1", startedAtMs: 1000 } as const;
  if (kind === "running" || kind === "ready") return { ...running, isStopping: false };
  if (kind === "stopping") return { ...running, isStopping: true };
  if (kind === "starting") return { kind };
  if (kind === "waiting") return { kind, reason: "PodInitializing", untilMs: 0 };
  const end: TerminatedState = { exitCode, reason: exitCode === 0 ? "Completed" : "Error" };
  return { kind: "exited", end, endedAtMs: 1000, ...(more === "held" && { heldUntilMs: 11_000 }) };
}

export interface StateWords {
  readonly spec?: Partial<PodSpec>;
  readonly metadata?: object;
  readonly sandbox?: keyof typeof sandboxes;
  /** Words of record() by name. */
  readonly containers?: Readonly<Record<string, string>>;
  readonly isInitialized?: boolean;
  readonly failure?: PodState["failure"];
}

export function testState(words: StateWords): PodState {
  const { spec = {}, metadata, sandbox = "ready", containers = {}, failure } = words;
  return {
    pod: testPod(spec, metadata),
    sandbox: sandboxes[sandbox],
    containers: new Map(Object.entries(containers).map(([name, word]) => [name, record(word)])),
    startedAtMs: 0,
    isInitialized: words.isInitialized ?? spec.initContainers === undefined,
    ...(failure !== undefined && { failure }),
  };
}

export function named(...names: readonly string[]): readonly Container[] {
  return names.map((name) =>
    name.startsWith("+") ? { name: name.slice(1), restartPolicy: "Always" } : { name },
  );
}
