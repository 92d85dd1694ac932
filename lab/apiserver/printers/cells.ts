/** What columns of several kinds have in common. */
import type { KubeObject } from "../contract.ts";
import type { Container } from "../kinds/types.ts";
import type { LabelSelector } from "../kinds/workload/types.ts";
import { age } from "./age.ts";
import type { Column } from "./contract.ts";

export const none = "<none>";

export const nameColumn: Column = { name: "Name", cell: ({ metadata }) => metadata.name };

export const ageColumn: Column = {
  name: "Age",
  cell: ({ metadata }, nowMs) => age(metadata.creationTimestamp, nowMs),
};

/** The part of an object that a column reads; printers know the kinds that they print. */
export function part<T extends object>(object: KubeObject, field: "spec" | "status"): Partial<T> {
  return (object[field] ?? {}) as Partial<T>;
}

/** "a=1,b=2" */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? none : pairs.sort().join(",");
}

/** "app=web,tier in (a,b)"; for a workload's own pods. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
  });
  const all = [...equal.sort(), ...expressions];
  return all.length === 0 ? none : all.join(",");
}

/** The wide columns of everything that has a pod template. */
export function templateColumns(templateOf: (object: KubeObject) => Template): readonly Column[] {
  const containers = (object: KubeObject) => templateOf(object).spec?.containers ?? [];
  return [
    {
      name: "Containers",
      priority: 1,
      cell: (object) =>
        containers(object)
          .map(({ name }) => name)
          .join(","),
    },
    {
      name: "Images",
      priority: 1,
      cell: (object) =>
        containers(object)
          .map(({ image }) => image)
          .join(","),
    },
  ];
}

export interface Template {
  readonly spec?: { readonly containers?: readonly Container[] };
}
