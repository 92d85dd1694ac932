import type { Container, Pod, PodCondition } from "../contract.ts";
import { hasEndedForGood, isSidecar, recordOf } from "./containers-of.ts";
import type { PodState } from "./contract.ts";
import { timestamp } from "./time.ts";

type Verdict = Omit<PodCondition, "type" | "lastTransitionTime">;

const yes: Verdict = { status: "True" };
const no = (reason: string, message: string): Verdict => ({ status: "False", reason, message });
const completed: Verdict = { status: "False", reason: "PodCompleted" };

/** The conditions that are the kubelet's; each keeps the time of its last change. */
export function conditionsOf(
  state: PodState,
  isTerminal: boolean,
  nowMs: number,
): readonly PodCondition[] {
  const containers = containersReady(state, isTerminal);
  const hasSucceeded = isTerminal && containers.reason === "PodCompleted";
  const verdicts: Readonly<Record<string, Verdict>> = {
    PodReadyToStartContainers: { status: state.sandbox.kind === "ready" ? "True" : "False" },
    Initialized: initialized(state, hasSucceeded),
    Ready: ready(state.pod, containers),
    ContainersReady: containers,
    PodScheduled: yes,
  };
  return Object.entries(verdicts).map(([type, verdict]) => {
    const before = state.pod.status?.conditions?.find((one) => one.type === type);
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
    return { type, lastProbeTime: null, ...verdict, lastTransitionTime: since ?? timestamp(nowMs) };
  });
}

function initialized(state: PodState, hasSucceeded: boolean): Verdict {
  const { initContainers = [], restartPolicy } = state.pod.spec;
  if (hasSucceeded) return { status: "True", reason: "PodCompleted" };
  if (initContainers.length === 0 || state.isInitialized) return yes;
  const incomplete = initContainers.filter((container) => {
    const record = recordOf(state, container.name);
    if (isSidecar(container)) return !record.isStarted;
    const { phase } = record;
    return !(phase.kind === "exited" && phase.end.exitCode === 0);
  });
  if (incomplete.length === 0) return yes;
  const failed = incomplete.some(
    ({ name }) => restartPolicy === "Never" && recordOf(state, name).phase.kind === "exited",
  );
  return no(
    failed ? "PodFailed" : "ContainersNotInitialized",
    `containers with incomplete status: ${list(incomplete)}`,
  );
}

function containersReady(state: PodState, isTerminal: boolean): Verdict {
  const { containers, initContainers = [], restartPolicy } = state.pod.spec;
  const needed = [...initContainers.filter(isSidecar), ...containers];
  const isDone = ({ name }: Container): boolean => {
    const record = recordOf(state, name);
    const { phase } = record;
    return (
      hasEndedForGood(record, restartPolicy) && phase.kind === "exited" && phase.end.exitCode === 0
    );
  };
  if (isTerminal)
    return containers.every(isDone) ? completed : { status: "False", reason: "PodFailed" };
  const unready = needed.filter((one) => !recordOf(state, one.name).isReady && !isDone(one));
  if (unready.length === 0) return yes;
  return no("ContainersNotReady", `containers with unready status: ${list(unready)}`);
}

function ready({ spec, status }: Pod, containers: Verdict): Verdict {
  if (containers.status !== "True") return containers;
  const missing = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = status?.conditions?.find(({ type }) => type === conditionType);
    if (gate === undefined)
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return gate.status === "True"
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  return missing.length === 0 ? yes : no("ReadinessGatesNotReady", missing.join(", "));
}

function list(containers: readonly Container[]): string {
  return `[${containers.map(({ name }) => name).join(" ")}]`;
}
