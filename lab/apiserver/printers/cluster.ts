import type { KubeObject } from "../contract.ts";
import type { LabelSelector } from "../kinds/workload/types.ts";
import { age } from "./age.ts";
import { ageColumn, nameColumn, none, part, selectorText } from "./cells.ts";
import type { Column, Printer } from "./contract.ts";

interface NodeStatus {
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
  readonly nodeInfo: Readonly<Record<string, string>>;
}

const roleLabel = "node-role.kubernetes.io/";

export const nodePrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Status", cell: nodeStatusText },
    { name: "Roles", cell: rolesText },
    ageColumn,
    nodeInfo("Version", "kubeletVersion", 0, ""),
    nodeAddress("Internal-IP", "InternalIP"),
    nodeAddress("External-IP", "ExternalIP"),
    nodeInfo("OS-Image", "osImage"),
    nodeInfo("Kernel-Version", "kernelVersion"),
    nodeInfo("Container-Runtime", "containerRuntimeVersion"),
  ],
};

export const namespacePrinter: Printer = {
  columns: [
    nameColumn,
    {
      name: "Status",
      cell: (object) => part<{ phase: string }>(object, "status").phase ?? "",
    },
    ageColumn,
  ],
};

export const configMapPrinter: Printer = {
  columns: [
    nameColumn,
    {
      name: "Data",
      type: "integer",
      cell: (object) => size(object.data) + size(object.binaryData),
    },
    ageColumn,
  ],
};

export const secretPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Type", cell: (object) => String(object.type ?? "") },
    { name: "Data", type: "integer", cell: (object) => size(object.data) },
    ageColumn,
  ],
};

export const serviceAccountPrinter: Printer = {
  columns: [
    nameColumn,
    { name: "Secrets", type: "integer", cell: (object) => size(object.secrets) },
    ageColumn,
  ],
};

export const leasePrinter: Printer = {
  columns: [
    nameColumn,
    {
      name: "Holder",
      cell: (object) => part<{ holderIdentity: string }>(object, "spec").holderIdentity ?? "",
    },
    ageColumn,
  ],
};

export const networkPolicyPrinter: Printer = {
  columns: [
    nameColumn,
    {
      name: "Pod-Selector",
      cell: (object) =>
        selectorText(part<{ podSelector: LabelSelector }>(object, "spec").podSelector ?? {}),
    },
    ageColumn,
  ],
};

interface EventFields {
  readonly involvedObject?: {
    readonly kind?: string;
    readonly name?: string;
    readonly fieldPath?: string;
  };
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly count?: number;
}

const eventOf = (object: KubeObject) => object as KubeObject & EventFields;

export const eventPrinter: Printer = {
  columns: [
    { name: "Last Seen", cell: (object, nowMs) => age(lastSeen(eventOf(object)), nowMs) },
    { name: "Type", cell: (object) => String(object.type ?? "") },
    { name: "Reason", cell: (object) => String(object.reason ?? "") },
    { name: "Object", cell: (object) => involvedText(eventOf(object)) },
    {
      name: "Subobject",
      priority: 1,
      cell: (object) => eventOf(object).involvedObject?.fieldPath ?? "",
    },
    { name: "Source", priority: 1, cell: (object) => sourceText(eventOf(object)) },
    { name: "Message", cell: (object) => String(object.message ?? "").trim() },
    {
      name: "First Seen",
      priority: 1,
      cell: (object, nowMs) => age(firstSeen(eventOf(object)), nowMs),
    },
    {
      name: "Count",
      type: "integer",
      priority: 1,
      cell: (object) => eventOf(object).series?.count ?? eventOf(object).count ?? 1,
    },
    { ...nameColumn, priority: 1 },
  ],
};

function lastSeen({ series, lastTimestamp, eventTime, metadata }: KubeObject & EventFields) {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

function firstSeen({ firstTimestamp, eventTime, metadata }: KubeObject & EventFields) {
  return firstTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

function involvedText({ involvedObject: { kind = "", name = "" } = {} }: EventFields): string {
  return `${kind.toLowerCase()}/${name}`;
}

function sourceText({ source = {}, reportingComponent = "" }: EventFields): string {
  return [source.component ?? reportingComponent, source.host ?? ""].filter(Boolean).join(", ");
}

function nodeStatusText(object: KubeObject): string {
  const ready = part<NodeStatus>(object, "status").conditions?.find(({ type }) => type === "Ready");
  const words = [ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady"];
  if (part<{ unschedulable: boolean }>(object, "spec").unschedulable === true)
    words.push("SchedulingDisabled");
  return words.join(",");
}

function rolesText({ metadata }: KubeObject): string {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(roleLabel) && key.length > roleLabel.length)
      return [key.slice(roleLabel.length)];
    return key === "kubernetes.io/role" && value !== "" ? [value] : [];
  });
  return roles.length === 0 ? none : roles.sort().join(",");
}

function nodeInfo(name: string, field: string, priority = 1, absent = "<unknown>"): Column {
  return {
    name,
    priority,
    cell: (object) => part<NodeStatus>(object, "status").nodeInfo?.[field] || absent,
  };
}

function nodeAddress(name: string, wanted: string): Column {
  return {
    name,
    priority: 1,
    cell: (object) =>
      part<NodeStatus>(object, "status").addresses?.find(({ type }) => type === wanted)?.address ??
      none,
  };
}

function size(value: unknown): number {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}
