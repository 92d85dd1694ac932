import type { Container, Pod, PodSpec } from "../contract.ts";
import type { ContainerRecord, PodState } from "./contract.ts";

/** An init container that goes on beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** In the order of their start. */
export function allContainers({ initContainers = [], containers }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}

/** Where the pod has the container, as events about it say. */
export function placeOf(
  { spec }: Pod,
  name: string,
): { readonly name: string; readonly isInit: boolean } {
  return { name, isInit: (spec.initContainers ?? []).some((one) => one.name === name) };
}

const untouched: ContainerRecord = {
  phase: { kind: "waiting", reason: "PodInitializing", untilMs: 0 },
  restartCount: 0,
  isStarted: false,
  isReady: false,
};

export function recordOf(state: PodState, name: string): ContainerRecord {
  return state.containers.get(name) ?? untouched;
}

/** Whether a container that ended so is not started again. */
export function hasEndedForGood(
  record: ContainerRecord,
  restartPolicy: string | undefined,
): boolean {
  if (record.phase.kind !== "exited") return false;
  if (restartPolicy === "Never") return true;
  return restartPolicy === "OnFailure" && record.phase.end.exitCode === 0;
}

/** Whether an init container ended badly and will not be tried again. */
export function hasFailedInit(state: PodState): boolean {
  const { restartPolicy, initContainers = [] } = state.pod.spec;
  if (restartPolicy !== "Never" || state.isInitialized) return false;
  return initContainers.some((container) => {
    const { phase } = recordOf(state, container.name);
    return !isSidecar(container) && phase.kind === "exited" && phase.end.exitCode !== 0;
  });
}

/** Whether nothing of the pod will run again of its own accord. */
export function isFinished(state: PodState): boolean {
  const { containers, restartPolicy } = state.pod.spec;
  if (state.failure !== undefined || hasFailedInit(state)) return true;
  return containers.every(({ name }) => hasEndedForGood(recordOf(state, name), restartPolicy));
}
