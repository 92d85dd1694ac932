import type { NodeSurvey } from "#cni/survey/contract.ts";
import { attachments } from "./attachments.ts";
import type { Counted, Finding, Fix } from "./contract.ts";
import { leaseFindings } from "./findings/leases.ts";
import { linkFindings } from "./findings/links.ts";
import { pendingFindings } from "./findings/pending.ts";
import { ruleFindings } from "./findings/rules.ts";
import { runtimeFindings } from "./findings/runtime.ts";
import { wayFindings } from "./findings/ways.ts";

export interface DiagnoseOptions {
  /** What is younger may belong to an ADD or DEL that is under way. */
  readonly graceMs: number;
}

/** All that is wrong in a survey, in the order in which it would be mended. */
export function diagnose(survey: NodeSurvey, options: DiagnoseOptions): readonly Finding[] {
  const known = attachments(survey);
  return [
    ...pendingFindings(survey, known, options),
    ...runtimeFindings(survey, known),
    ...ruleFindings(survey, known),
    ...linkFindings(survey, known),
    ...wayFindings(survey, known),
    ...leaseFindings(survey, known, options),
  ];
}

/** A finding that is the same in two surveys. */
export const findingKey = ({ name, object }: Finding): string => `${name} ${object}`;

/** What both surveys show: what only one does is an ADD or DEL that came between. */
export function confirmed(
  first: readonly Finding[],
  second: readonly Finding[],
): readonly Finding[] {
  const keys = new Set(first.map(findingKey));
  return second.filter((finding) => keys.has(findingKey(finding)));
}

/**
 * The steps that mend what can be mended, each once. A pending DEL goes first, as it may mend the rest. Addresses are
 * freed last: once they are, others get them, and nothing of the old owner's may be left by then.
 */
export function planFixes(findings: readonly Finding[]): readonly Fix[] {
  const fixes = findings.flatMap(({ fix }) => fix ?? []);
  const distinct = new Map(fixes.map((fix) => [JSON.stringify(fix), fix]));
  return [...distinct.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const order: readonly Fix["kind"][] = [
  "replay-del",
  "restore-lease",
  "remove-rules",
  "remove-element",
  "delete-link",
  "delete-neighbour",
  "delete-forwarding",
  "free-empty-lease",
  "release-lease",
  "remove-file",
];

export function count(survey: NodeSurvey): Counted {
  const { networks, links, rules, runtimeCache, namespaces, pending } = survey;
  return {
    leases: networks.reduce((sum, { leases }) => sum + leases.length, 0),
    links: links.filter(({ owner }) => owner !== undefined).length,
    rules: new Set(rules.owners.map(({ owner }) => Object.values(owner).join("/"))).size,
    cacheEntries: runtimeCache?.length,
    namespaces: namespaces.length,
    pendingDels: pending.length,
  };
}
