import type { Container } from "../contract.ts";
import { nextBackOff, restartAtMs } from "./back-off.ts";
import { hasEndedForGood, isFinished, isSidecar, recordOf } from "./containers-of.ts";
import type { Action, PodState } from "./contract.ts";

/**
 * What is to be done now for a pod to become what its spec says. Asked again after each change: an action that is under
 * way shows in the state and is not asked for twice.
 */
export function plan(state: PodState, nowMs: number, firstBackOffMs: number): readonly Action[] {
  if (state.pod.metadata.deletionTimestamp !== undefined || isFinished(state))
    return windDown(state);
  return [...deadline(state, nowMs), ...bringUp(state, nowMs, firstBackOffMs)];
}

function windDown(state: PodState): readonly Action[] {
  const { spec, metadata } = state.pod;
  const isGoing = ({ name }: Container): boolean =>
    ["starting", "running"].includes(recordOf(state, name).phase.kind);
  const main = spec.containers.filter(isGoing);
  const init = (spec.initContainers ?? []).filter(isGoing);
  // Sidecars serve the others to the end, and end in the reverse order of their start.
  const next = main.length > 0 ? [...main, ...init.filter((c) => !isSidecar(c))] : init.slice(-1);
  if (next.length > 0) {
    return next.flatMap(({ name }): Action[] => {
      const { phase } = recordOf(state, name);
      return phase.kind === "running" && !phase.isStopping
        ? [{ kind: "stop", container: name }]
        : [];
    });
  }
  if (state.sandbox.kind === "ready") return [{ kind: "remove-sandbox" }];
  const isOff = state.sandbox.kind === "none" || state.sandbox.kind === "removed";
  return isOff && metadata.deletionTimestamp !== undefined ? [{ kind: "forget" }] : [];
}

function deadline({ pod, startedAtMs }: PodState, nowMs: number): readonly Action[] {
  const { activeDeadlineSeconds } = pod.spec;
  if (activeDeadlineSeconds === undefined) return [];
  const atMs = startedAtMs + activeDeadlineSeconds * 1000;
  if (nowMs < atMs) return [{ kind: "wake", atMs }];
  const message = "Pod was active on the node longer than the specified deadline";
  return [{ kind: "fail", reason: "DeadlineExceeded", message }];
}

function bringUp(state: PodState, nowMs: number, firstBackOffMs: number): readonly Action[] {
  const { sandbox, pod } = state;
  if (sandbox.kind === "none") {
    if (nowMs < sandbox.retryAtMs) return [{ kind: "wake", atMs: sandbox.retryAtMs }];
    return [{ kind: "make-sandbox" }];
  }
  if (sandbox.kind !== "ready") return [];
  const start = (container: Container): readonly Action[] =>
    startOf(state, container, nowMs, firstBackOffMs);
  const actions: Action[] = [];
  for (const container of pod.spec.initContainers ?? []) {
    const record = recordOf(state, container.name);
    if (isSidecar(container)) {
      actions.push(...start(container));
      if (!state.isInitialized && !record.isStarted) return actions;
    } else if (!state.isInitialized && !hasSucceeded(state, container)) {
      return [...actions, ...start(container)];
    }
  }
  return [...actions, ...pod.spec.containers.flatMap(start)];
}

function hasSucceeded(state: PodState, { name }: Container): boolean {
  const { phase } = recordOf(state, name);
  return phase.kind === "exited" && phase.end.exitCode === 0;
}

function startOf(
  state: PodState,
  container: Container,
  nowMs: number,
  firstBackOffMs: number,
): readonly Action[] {
  const { name } = container;
  const record = recordOf(state, name);
  const { phase, backOff } = record;
  if (phase.kind === "waiting")
    return nowMs < phase.untilMs
      ? [{ kind: "wake", atMs: phase.untilMs }]
      : [{ kind: "start", container: name }];
  if (phase.kind !== "exited") return [];
  const isInit = !isSidecar(container) && !state.pod.spec.containers.includes(container);
  const { restartPolicy } = state.pod.spec;
  if (!isInit && !isSidecar(container) && hasEndedForGood(record, restartPolicy)) return [];
  const atMs = restartAtMs(backOff, phase.endedAtMs);
  if (nowMs >= atMs) {
    const raised = nextBackOff(backOff, phase.endedAtMs, firstBackOffMs);
    return [{ kind: "start", container: name, backOff: raised }];
  }
  if (phase.heldUntilMs === undefined)
    return [
      { kind: "hold-back", container: name, untilMs: atMs },
      { kind: "wake", atMs },
    ];
  return [{ kind: "wake", atMs }];
}

/** Whether every init container has done what the others wait for. */
export function isInitialized(state: PodState): boolean {
  return (state.pod.spec.initContainers ?? []).every((container) =>
    isSidecar(container)
      ? recordOf(state, container.name).isStarted
      : hasSucceeded(state, container),
  );
}
