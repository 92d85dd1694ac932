import type {
  Container,
  ContainerState,
  ContainerStatus,
  PodPhase,
  PodStatus,
} from "../contract.ts";
import { conditionsOf } from "./conditions.ts";
import { hasFailedInit, isSidecar, recordOf } from "./containers-of.ts";
import type { ContainerRecord, PodState } from "./contract.ts";
import { qosClass } from "./qos.ts";
import { timestamp } from "./time.ts";

/** What the API is told of a pod. `nodeAddresses` are those of the node. */
export function podStatus(
  state: PodState,
  nodeAddresses: readonly string[],
  nowMs: number,
): PodStatus {
  const { pod, sandbox, failure } = state;
  const { initContainers = [], containers } = pod.spec;
  const phase = phaseOf(state);
  const isTerminal = phase === "Succeeded" || phase === "Failed";
  // A pod keeps the addresses that it was known by until its end.
  const known = (pod.status?.podIPs ?? []).map(({ ip }) => ip);
  const addresses = sandbox.kind === "ready" ? sandbox.addresses : known;
  const [podIP] = addresses;
  const status = (one: Container): ContainerStatus =>
    containerStatus(one, recordOf(state, one.name), state);
  return {
    phase,
    ...failure,
    conditions: conditionsOf(state, isTerminal, nowMs),
    ...(nodeAddresses[0] !== undefined && { hostIP: nodeAddresses[0] }),
    hostIPs: nodeAddresses.map((ip) => ({ ip })),
    ...(podIP !== undefined && { podIP, podIPs: addresses.map((ip) => ({ ip })) }),
    startTime: timestamp(state.startedAtMs),
    qosClass: qosClass(pod.spec),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map(status) }),
    containerStatuses: containers.map(status),
  };
}

function containerStatus(
  { name, image = "" }: Container,
  record: ContainerRecord,
  state: PodState,
): ContainerStatus {
  const { phase, last, restartCount } = record;
  const isRunning = phase.kind === "running";
  const isHeld = phase.kind === "exited" && phase.heldUntilMs !== undefined;
  const before = isHeld && phase.kind === "exited" ? phase.end : last;
  const id = isRunning
    ? phase.id
    : phase.kind === "exited"
      ? phase.end.containerID
      : last?.containerID;
  return {
    name,
    state: stateOf(record, state),
    lastState: before === undefined ? {} : { terminated: before },
    ready: readyOf(name, record, state),
    started: isRunning && record.isStarted,
    restartCount,
    image,
    imageID: id === undefined ? "" : `fairlead-lab://${image}`,
    ...(id !== undefined && { containerID: id }),
  };
}

/** An init container that has ended well is ready, as it has done its part. */
function readyOf(name: string, { phase, isReady }: ContainerRecord, { pod }: PodState): boolean {
  const init = pod.spec.initContainers?.find((one) => one.name === name);
  if (init === undefined || isSidecar(init)) return phase.kind === "running" && isReady;
  return phase.kind === "exited" && phase.end.exitCode === 0;
}

function stateOf({ phase }: ContainerRecord, { pod, isInitialized }: PodState): ContainerState {
  switch (phase.kind) {
    case "running":
      return { running: { startedAt: timestamp(phase.startedAtMs) } };
    case "exited":
      return phase.heldUntilMs === undefined
        ? { terminated: phase.end }
        : {
            waiting: {
              reason: "CrashLoopBackOff",
              message: "back-off restarting failed container",
            },
          };
    case "starting":
      return { waiting: { reason: "ContainerCreating" } };
    case "waiting": {
      const { reason, message } = phase;
      const waitsForInit = (pod.spec.initContainers ?? []).length > 0 && !isInitialized;
      const shown = reason === "PodInitializing" && !waitsForInit ? "ContainerCreating" : reason;
      return { waiting: { reason: shown, ...(message !== undefined && { message }) } };
    }
  }
}

/** Succeeded and Failed are the end: they wait for sidecars and whatever else still runs. */
function phaseOf(state: PodState): PodPhase {
  const phase = ownPhase(state);
  const runs = [...state.containers.values()].some((one) => one.phase.kind === "running");
  if (!runs || phase === "Pending") return phase;
  return state.isInitialized ? "Running" : "Pending";
}

function ownPhase(state: PodState): PodPhase {
  const { containers, restartPolicy = "Always", initContainers = [] } = state.pod.spec;
  if (state.failure !== undefined || hasFailedInit(state)) return "Failed";
  if (initContainers.length > 0 && !state.isInitialized) return "Pending";
  const records = containers.map(({ name }) => recordOf(state, name));
  const hasRun = ({ phase, last }: ContainerRecord): boolean =>
    phase.kind === "running" || phase.kind === "exited" || last !== undefined;
  if (!records.every(hasRun)) return "Pending";
  if (restartPolicy === "Always") return "Running";
  const codes = records.map(({ phase }) =>
    phase.kind === "exited" ? phase.end.exitCode : undefined,
  );
  if (codes.includes(undefined)) return "Running";
  if (codes.every((code) => code === 0)) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}
