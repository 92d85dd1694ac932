/** FieldsV1, the form in which metadata.managedFields carries a field set. */
import { isRecord, type JsonRecord } from "../schema/json.ts";
import { FieldSet } from "./field-set.ts";

/** Says that the field itself belongs to the set where it has children as well. */
const self = ".";

export function toFieldsV1(set: FieldSet): JsonRecord {
  if (set.children.size === 0) return {};
  const children = [...set.children]
    .map(([step, child]) => [step, toFieldsV1(child)] as const)
    .sort(([one], [two]) => (one < two ? -1 : 1));
  return Object.fromEntries(set.isMember ? [[self, {}], ...children] : children);
}

/** What is no FieldsV1 is an empty set. */
export function fromFieldsV1(given: unknown): FieldSet {
  return isRecord(given) && Object.keys(given).length > 0 ? read(given) : FieldSet.empty;
}

function read(given: JsonRecord): FieldSet {
  const entries = Object.entries(given);
  if (entries.length === 0) return FieldSet.leaf;
  const children = entries
    .filter(([step]) => step !== self)
    .map(([step, child]) => [step, isRecord(child) ? read(child) : FieldSet.leaf] as const);
  return FieldSet.of(self in given, children);
}

/** ".spec.ports[port=80,protocol=\"TCP\"].name": how messages show a path. */
export function showPath(steps: readonly string[]): string {
  return steps.map(showStep).join("");
}

function showStep(step: string): string {
  const text = step.slice(2);
  if (step.startsWith("f:")) return `.${text}`;
  if (step.startsWith("v:")) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonRecord);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
