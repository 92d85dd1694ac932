import type { KubeObject, NameRule, ObjectMeta, ResourceRow, Sources } from "../contract.ts";
import { isLabelKey, isLabelValue } from "../selectors/labels.ts";
import type { FieldProblem } from "../status.ts";

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

const nameRules: Readonly<Record<NameRule, { pattern: RegExp; maxLength: number; what: string }>> =
  {
    subdomain: {
      pattern: new RegExp(`^${label}(\\.${label})*$`),
      maxLength: 253,
      what: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    },
    label: {
      pattern: new RegExp(`^${label}$`),
      maxLength: 63,
      what: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    },
    label1035: {
      pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
      maxLength: 63,
      what: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    },
    pathSegment: {
      pattern: /^(?!\.{1,2}$)[^/%]+$/,
      maxLength: 253,
      what: "may not be '.' or '..', and may not contain '/' or '%'",
    },
  };

/** What is wrong with a name under a rule, or undefined. */
export function nameProblem(name: string, rule: NameRule): string | undefined {
  const { pattern, maxLength, what } = nameRules[rule];
  if (name.length > maxLength) return `must be no more than ${maxLength} characters`;
  return pattern.test(name) ? undefined : what;
}

/** Problems of the part of an object that all kinds share. */
export function metadataProblems({ metadata }: KubeObject, row: ResourceRow): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const wrong = nameProblem(metadata.name, row.nameRule);
  if (wrong !== undefined) {
    const message = `Invalid value: ${JSON.stringify(metadata.name)}: ${wrong}`;
    problems.push({ field: "metadata.name", reason: "FieldValueInvalid", message });
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (isLabelKey(key) && isLabelValue(value)) continue;
    const message = `Invalid value: ${JSON.stringify(isLabelKey(key) ? value : key)}: no valid label ${isLabelKey(key) ? "value" : "key"}`;
    problems.push({ field: "metadata.labels", reason: "FieldValueInvalid", message });
  }
  return problems;
}

/** RFC 3339 in UTC with whole seconds, as all times of metadata. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Letters that form no words, from which the server takes generated suffixes. */
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";

/** A name from metadata.generateName: cut so that five random letters fit within 63. */
export function generatedName(base: string, random: Sources["random"]): string {
  const letters = Array.from(
    { length: 5 },
    () => suffixLetters[Math.floor(random() * suffixLetters.length)],
  );
  return base.slice(0, 58) + letters.join("");
}

/** Metadata of a new object: what the client may not choose is set here. */
export function createdMetadata(
  given: ObjectMeta,
  row: ResourceRow,
  namespace: string,
  name: string,
  sources: Sources,
): ObjectMeta {
  const { name: _name, namespace: _namespace, ...rest } = given;
  const { resourceVersion, deletionTimestamp, deletionGracePeriodSeconds, ...chosen } = rest;
  return {
    name,
    ...(row.namespaced ? { namespace } : {}),
    ...chosen,
    uid: sources.uid(),
    creationTimestamp: timestamp(sources.now()),
    ...(row.tracksGeneration ? { generation: 1 } : {}),
  };
}

/** What a client cannot change in metadata. */
const serverOwned = [
  "name",
  "namespace",
  "generateName",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const satisfies readonly (keyof ObjectMeta)[];

/** Metadata of a changed object: identity and life cycle stay, the rest is the client's. */
export function updatedMetadata(before: ObjectMeta, given: ObjectMeta): ObjectMeta {
  const owned: ReadonlySet<string> = new Set(serverOwned);
  const kept = Object.entries(before).filter(([field]) => owned.has(field));
  const chosen = Object.entries(given).filter(([field]) => !owned.has(field));
  return { ...Object.fromEntries([...kept, ...chosen]), name: before.name };
}
