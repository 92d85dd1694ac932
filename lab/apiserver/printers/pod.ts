import type { KubeObject } from "../contract.ts";
import type { PodSpec } from "../kinds/types.ts";
import { age } from "./age.ts";
import { ageColumn, nameColumn, none, part } from "./cells.ts";
import type { Printer } from "./contract.ts";

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly exitCode?: number;
    readonly finishedAt?: string;
  };
}

interface ContainerStatus {
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Status {
  readonly phase: string;
  readonly reason: string;
  readonly podIP: string;
  readonly nominatedNodeName: string;
  readonly conditions: readonly Condition[];
  readonly containerStatuses: readonly ContainerStatus[];
}

interface Spec extends PodSpec {
  readonly readinessGates: readonly { readonly conditionType: string }[];
}

const statusOf = (object: KubeObject) => part<Status>(object, "status");
const specOf = (object: KubeObject) => part<Spec>(object, "spec");

export const podPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Ready", cell: readyText },
    { name: "Status", cell: statusText },
    { name: "Restarts", cell: restartsText },
    ageColumn,
    { name: "IP", priority: 1, cell: (object) => statusOf(object).podIP || none },
    { name: "Node", priority: 1, cell: (object) => specOf(object).nodeName || none },
    {
      name: "Nominated Node",
      priority: 1,
      cell: (object) => statusOf(object).nominatedNodeName || none,
    },
    { name: "Readiness Gates", priority: 1, cell: gatesText },
  ],
};

function readyText(object: KubeObject): string {
  const { containerStatuses = [] } = statusOf(object);
  const ready = containerStatuses.filter((status) => status.ready === true).length;
  return `${ready}/${specOf(object).containers?.length ?? 0}`;
}

/** The phase, or what is more to the point: the reason of a container that does not run, or that the pod is going. */
function statusText(object: KubeObject): string {
  const { phase = "Unknown", reason, containerStatuses = [] } = statusOf(object);
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  const reasons = containerStatuses.flatMap(({ state }) => reasonOf(state) ?? []);
  return reasons.at(-1) ?? (reason || phase);
}

function reasonOf({ waiting, terminated }: ContainerState = {}): string | undefined {
  if (waiting?.reason) return waiting.reason;
  if (terminated === undefined) return undefined;
  return terminated.reason || `ExitCode:${terminated.exitCode ?? 0}`;
}

function restartsText(object: KubeObject, nowMs: number): string {
  const { containerStatuses = [] } = statusOf(object);
  const restarts = containerStatuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const last = containerStatuses
    .flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? [])
    .sort()
    .at(-1);
  return restarts > 0 && last !== undefined
    ? `${restarts} (${age(last, nowMs)} ago)`
    : String(restarts);
}

function gatesText(object: KubeObject): string {
  const { readinessGates = [] } = specOf(object);
  if (readinessGates.length === 0) return none;
  const { conditions = [] } = statusOf(object);
  const passed = readinessGates.filter(({ conditionType }) =>
    conditions.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return `${passed.length}/${readinessGates.length}`;
}
