import type { LabelSelector } from "../kinds/workload/types.ts";
import { matchesLabels, type Requirement } from "./labels.ts";

const operators: Readonly<Record<string, Requirement["operator"]>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "absent",
};

/** The requirements of a LabelSelector (meta/v1). One with an unknown operator matches nothing. */
function requirementsOf(selector: LabelSelector): readonly Requirement[] {
  const pairs = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: "in", values: [value] }),
  );
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }): Requirement => ({
      key,
      ...(operator in operators
        ? { operator: operators[operator], values }
        : { operator: "in", values: [] }),
    }),
  );
  return [...pairs, ...expressions];
}

/** Whether a LabelSelector selects what has the labels; one without any requirement selects all. */
export function selectsLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return matchesLabels(requirementsOf(selector), labels);
}
