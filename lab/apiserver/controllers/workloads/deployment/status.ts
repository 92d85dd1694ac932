/** What a Deployment says of its rollout: pure functions in the words of kube-controller-manager, which kubectl reads. */
import type { Condition } from "../../../kinds/types.ts";
import type { DeploymentObject, ReplicaSetObject } from "../../../kinds/workload/types.ts";
import { timestamp } from "../../../rest/metadata.ts";
import { withCondition, withoutCondition } from "../conditions.ts";
import { rolloutBounds } from "../percent.ts";
import { available, total } from "./rollout.ts";

interface TimedCondition extends Condition {
  readonly lastUpdateTime?: string;
}

/** What is seen of a rollout. */
export interface Observed {
  readonly all: readonly ReplicaSetObject[];
  readonly current: ReplicaSetObject | undefined;
  /** A word for what has just been done about the ReplicaSet of the present template. */
  readonly created: boolean;
}

type Counts = Readonly<Record<string, number>>;

export function statusOf(deployment: DeploymentObject, observed: Observed, nowMs: number): object {
  const counts = countsOf(observed);
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation,
    ...counts,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: conditionsOf(deployment, observed, counts, nowMs),
  };
}

function countsOf({ all, current }: Observed): Counts {
  const sum = (field: "replicas" | "readyReplicas") =>
    all.reduce((sofar, { status }) => sofar + (status?.[field] ?? 0), 0);
  return {
    replicas: sum("replicas"),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum("readyReplicas"),
    availableReplicas: available(all),
    unavailableReplicas: Math.max(0, total(all) - available(all)),
  };
}

/** Whether every Pod is of the present template and available. */
export function isComplete({ spec }: DeploymentObject, counts: Counts): boolean {
  return ["updatedReplicas", "replicas", "availableReplicas"].every(
    (field) => counts[field] === spec.replicas,
  );
}

function conditionsOf(
  deployment: DeploymentObject,
  observed: Observed,
  counts: Counts,
  nowMs: number,
): readonly Condition[] {
  const { replicas, strategy } = deployment.spec;
  const bounds =
    strategy.type === "RollingUpdate"
      ? rolloutBounds(strategy.rollingUpdate ?? {}, replicas).unavailable
      : 0;
  const has = counts.availableReplicas >= replicas - bounds;
  const known = withCondition(
    deployment.status?.conditions,
    touched(deployment, nowMs, {
      type: "Available",
      status: has ? "True" : "False",
      reason: has ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      message: `Deployment ${has ? "has" : "does not have"} minimum availability.`,
    }),
    nowMs,
  );
  const failure = observed.current?.status?.conditions?.find(
    ({ type }) => type === "ReplicaFailure",
  );
  const failing =
    failure === undefined
      ? withoutCondition(known, "ReplicaFailure")
      : withCondition(known, touched(deployment, nowMs, failure), nowMs);
  const progress = progressOf(deployment, observed, counts, nowMs);
  return progress === undefined ? failing : withCondition(failing, progress, nowMs);
}

/** How the rollout goes on; undefined when nothing is new. */
function progressOf(
  deployment: DeploymentObject,
  { current, created }: Observed,
  counts: Counts,
  nowMs: number,
): TimedCondition | undefined {
  const known: TimedCondition | undefined = deployment.status?.conditions?.find(
    ({ type }) => type === "Progressing",
  );
  const said = (status: string, reason: string, message: string) =>
    touched(deployment, nowMs, { type: "Progressing", status, reason, message });
  if (deployment.spec.paused === true)
    return said("Unknown", "DeploymentPaused", "Deployment is paused");
  const name = current?.metadata.name ?? deployment.metadata.name;
  const done = said(
    "True",
    "NewReplicaSetAvailable",
    `ReplicaSet "${name}" has successfully progressed.`,
  );
  if (isComplete(deployment, counts)) return done;
  if (created) return said("True", "NewReplicaSetCreated", `Created new replica set "${name}"`);
  const going = { ...said("True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`) };
  const moved = hasMoved(deployment, counts);
  if (moved || known === undefined || known.reason === "DeploymentPaused")
    return { ...going, lastUpdateTime: timestamp(nowMs) };
  if (known.reason === "NewReplicaSetAvailable") {
    const isOfCurrent = known.message?.includes(JSON.stringify(name)) ?? false;
    if (isOfCurrent) return undefined;
    return said("True", "FoundNewReplicaSet", `Found new replica set "${name}"`);
  }
  return remainingMs(deployment, nowMs) <= 0
    ? said("False", "ProgressDeadlineExceeded", `ReplicaSet "${name}" has timed out progressing.`)
    : undefined;
}

function hasMoved({ status = {} }: DeploymentObject, counts: Counts): boolean {
  const oldBefore = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (status.updatedReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < oldBefore ||
    counts.availableReplicas > (status.availableReplicas ?? 0)
  );
}

/** Milliseconds until a rollout that does not move has failed; Infinity where there is no deadline or no rollout. */
export function remainingMs({ spec, status }: DeploymentObject, nowMs: number): number {
  const known: TimedCondition | undefined = status?.conditions?.find(
    ({ type }) => type === "Progressing",
  );
  const { progressDeadlineSeconds } = spec;
  if (progressDeadlineSeconds === undefined || known === undefined) return Number.POSITIVE_INFINITY;
  if (known.status !== "True" || known.reason === "NewReplicaSetAvailable")
    return Number.POSITIVE_INFINITY;
  return Date.parse(known.lastUpdateTime ?? "") + progressDeadlineSeconds * 1000 - nowMs;
}

/** The condition with the time of its last change of any kind. */
function touched(
  { status }: DeploymentObject,
  nowMs: number,
  condition: Condition,
): TimedCondition {
  const before: TimedCondition | undefined = status?.conditions?.find(
    ({ type }) => type === condition.type,
  );
  const isSame = before?.status === condition.status && before.reason === condition.reason;
  const known = isSame ? before.lastUpdateTime : undefined;
  return { ...condition, lastUpdateTime: known ?? timestamp(nowMs) };
}
