import type { KubeObject } from "../contract.ts";
import type { LabelSelector } from "../kinds/workload/types.ts";
import { age } from "./age.ts";
import {
  ageColumn,
  labelsText,
  nameColumn,
  none,
  part,
  selectorText,
  type Template,
  templateColumns,
} from "./cells.ts";
import type { Column, Printer } from "./contract.ts";

interface Spec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: Template & {
    readonly spec?: { readonly nodeSelector?: Readonly<Record<string, string>> };
  };
}

type Counts = Readonly<Record<string, number>>;

const templates = templateColumns((object) => part<Spec>(object, "spec").template ?? {});

const selector: Column = {
  name: "Selector",
  priority: 1,
  cell: (object) => selectorText(part<Spec>(object, "spec").selector ?? {}),
};

/** Deployments, and StatefulSets but for their columns about rollouts. */
const ready: Column = {
  name: "Ready",
  cell: (object) => `${count(object, "readyReplicas")}/${wanted(object)}`,
};

const desired: Column = { name: "Desired", type: "integer", cell: wanted };

export const deploymentPrinter: Printer = {
  columns: [
    nameColumn,
    ready,
    counted("Up-to-date", "updatedReplicas"),
    counted("Available", "availableReplicas"),
    ageColumn,
    ...templates,
    selector,
  ],
};

export const replicaSetPrinter: Printer = {
  columns: [
    nameColumn,
    desired,
    counted("Current", "replicas"),
    counted("Ready", "readyReplicas"),
    ageColumn,
    ...templates,
    selector,
  ],
};

export const statefulSetPrinter: Printer = {
  columns: [nameColumn, ready, ageColumn, ...templates],
};

export const daemonSetPrinter: Printer = {
  columns: [
    nameColumn,
    counted("Desired", "desiredNumberScheduled"),
    counted("Current", "currentNumberScheduled"),
    counted("Ready", "numberReady"),
    counted("Up-to-date", "updatedNumberScheduled"),
    counted("Available", "numberAvailable"),
    {
      name: "Node Selector",
      cell: (object) => labelsText(part<Spec>(object, "spec").template?.spec?.nodeSelector),
    },
    ageColumn,
    ...templates,
    selector,
  ],
};

export const controllerRevisionPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Controller", cell: controllerText },
    { name: "Revision", type: "integer", cell: ({ revision }) => Number(revision) },
    ageColumn,
  ],
};

/** "daemonset.apps/web" */
function controllerText({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return none;
  const group = owner.apiVersion.split("/").slice(0, -1).join("");
  return `${owner.kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${owner.name}`;
}

export const jobPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Status", cell: jobStatusText },
    { name: "Completions", cell: completionsText },
    { name: "Duration", cell: durationText },
    ageColumn,
    ...templates,
    selector,
  ],
};

interface JobStatus {
  readonly succeeded: number;
  readonly startTime: string;
  readonly completionTime: string;
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

function jobStatusText(object: KubeObject): string {
  const { conditions = [] } = part<JobStatus>(object, "status");
  const ended = ["Complete", "Failed", "Suspended"].find((wanted) =>
    conditions.some(({ type, status }) => type === wanted && status === "True"),
  );
  return ended ?? "Running";
}

function completionsText(object: KubeObject): string {
  const { succeeded = 0 } = part<JobStatus>(object, "status");
  const { completions, parallelism = 1 } = part<Counts>(object, "spec");
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText(object: KubeObject, nowMs: number): string {
  const { startTime, completionTime } = part<JobStatus>(object, "status");
  if (startTime === undefined) return "";
  return age(startTime, completionTime === undefined ? nowMs : Date.parse(completionTime));
}

function counted(name: string, field: string): Column {
  return { name, type: "integer", cell: (object) => count(object, field) };
}

function count(object: KubeObject, field: string): number {
  return part<Counts>(object, "status")[field] ?? 0;
}

function wanted(object: KubeObject): number {
  return part<Spec>(object, "spec").replicas ?? 1;
}
