import type { ContainerStatus, Pod, TerminatedState } from "../contract.ts";
import { allContainers, isSidecar } from "./containers-of.ts";
import type { ContainerRecord, PodState } from "./contract.ts";
import { timestamp } from "./time.ts";

/**
 * A pod as this kubelet finds it in the API: a new one, or one that ran here before the node was started anew. Of that
 * one no container runs any more, and its init containers run again, as its sandbox is a new one.
 */
export function restored(pod: Pod, nowMs: number): PodState {
  const { status, spec } = pod;
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const containers = new Map<string, ContainerRecord>();
  for (const container of allContainers(spec)) {
    const known = statuses.find(({ name }) => name === container.name);
    const isInit = spec.initContainers?.includes(container) === true && !isSidecar(container);
    if (known?.containerID !== undefined)
      containers.set(container.name, isInit ? again(known) : ended(known, nowMs));
  }
  return {
    pod,
    sandbox: { kind: "none", retryAtMs: 0, wasReady: containers.size > 0 },
    containers,
    startedAtMs: status?.startTime === undefined ? nowMs : Date.parse(status.startTime),
    isInitialized: (spec.initContainers ?? []).length === 0,
  };
}

function again({ restartCount }: ContainerStatus): ContainerRecord {
  const phase = { kind: "waiting", reason: "PodInitializing", untilMs: 0 } as const;
  return { phase, restartCount: restartCount + 1, isStarted: false, isReady: false };
}

function ended(
  { state, lastState, restartCount, containerID }: ContainerStatus,
  nowMs: number,
): ContainerRecord {
  const end: TerminatedState = state.terminated ?? {
    ...(lastState.terminated !== undefined && state.running === undefined
      ? lastState.terminated
      : { exitCode: 255, reason: "Unknown", finishedAt: timestamp(nowMs) }),
    ...(state.running !== undefined && { startedAt: state.running.startedAt }),
    ...(containerID !== undefined && { containerID }),
  };
  const endedAtMs = end.finishedAt === undefined ? nowMs : Date.parse(end.finishedAt);
  return {
    phase: { kind: "exited", end, endedAtMs },
    restartCount,
    isStarted: false,
    isReady: false,
  };
}
