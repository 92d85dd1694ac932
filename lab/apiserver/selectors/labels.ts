import { badRequest } from "../status.ts";

type Labels = Readonly<Record<string, string>>;

/** One comma-separated part of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
}

const setBased = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const equality = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$/;
const existence = /^(!?)\s*([^=!\s(),]+)$/;
const qualifiedName =
  /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Parses a label selector: `a=b,c!=d,e in (f,g),h notin (i),j,!k`, all of which must hold.
 * @throws StatusError 400 naming the part that is no requirement.
 */
export function parseLabelSelector(text: string): readonly Requirement[] {
  if (text.trim() === "") return [];
  return splitOutsideParentheses(text).map((part) => parseRequirement(part.trim(), text));
}

/** Whether all requirements hold. As in Kubernetes, `!=` and `notin` also hold where the key is absent. */
export function matchesLabels(requirements: readonly Requirement[], labels: Labels = {}): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === "exists") return value !== undefined;
    if (operator === "absent") return value === undefined;
    if (operator === "in") return value !== undefined && values.includes(value);
    return value === undefined || !values.includes(value);
  });
}

/** Whether a label or annotation key is valid: a name, optionally behind a DNS prefix and a slash. */
export function isLabelKey(key: string): boolean {
  return qualifiedName.test(key);
}

export function isLabelValue(value: string): boolean {
  return labelValue.test(value);
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseRequirement(part: string, whole: string): Requirement {
  const requirement = readRequirement(part);
  if (requirement === undefined) {
    throw badRequest(
      `unable to parse label selector ${JSON.stringify(whole)}: ${JSON.stringify(part)} is none of key, !key, key=value, key!=value, key in (values), key notin (values)`,
    );
  }
  if (!isLabelKey(requirement.key)) {
    throw badRequest(`invalid label key ${JSON.stringify(requirement.key)} in the label selector`);
  }
  const bad = requirement.values.find((value) => !isLabelValue(value));
  if (bad !== undefined) {
    throw badRequest(`invalid label value ${JSON.stringify(bad)} in the label selector`);
  }
  return requirement;
}

function readRequirement(part: string): Requirement | undefined {
  const set = setBased.exec(part);
  if (set !== null) {
    const values = set[3].split(",").map((value) => value.trim());
    return { key: set[1], operator: set[2] === "in" ? "in" : "notin", values };
  }
  const equal = equality.exec(part);
  if (equal !== null) {
    return { key: equal[1], operator: equal[2] === "!=" ? "notin" : "in", values: [equal[3]] };
  }
  const exists = existence.exec(part);
  if (exists === null) return undefined;
  return { key: exists[2], operator: exists[1] === "!" ? "absent" : "exists", values: [] };
}
