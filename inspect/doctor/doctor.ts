import { setTimeout as sleep } from "node:timers/promises";
import type { NodeSurvey, SurveyOptions } from "#cni/survey/contract.ts";
import { surveyNode } from "#cni/survey/survey.ts";
import type { Finding, Fix, Outcome, Report } from "./contract.ts";
import {
  confirmed,
  count,
  type DiagnoseOptions,
  diagnose,
  findingKey,
  planFixes,
} from "./diagnose.ts";
import { Mender } from "./mend.ts";

export interface DoctorOptions extends SurveyOptions, DiagnoseOptions {
  /** Between two looks: what only one of them shows is an ADD or DEL under way. */
  readonly settleMs: number;
  readonly fix: boolean;
}

/**
 * Looks at the node, twice where something is wrong, and mends on request what is certain.
 * @throws FairleadError for what cannot be read
 */
export async function examine(options: DoctorOptions): Promise<Report> {
  const first = await surveyNode(options);
  const suspected = diagnose(first, options);
  if (suspected.length === 0) return report(first, []);
  await sleep(options.settleMs);
  const second = await surveyNode(options);
  const findings = confirmed(suspected, diagnose(second, options));
  if (!options.fix || findings.length === 0) return report(second, findings);
  const failures = await mendAll(planFixes(findings), options);
  const left = new Set(diagnose(await surveyNode(options), options).map(findingKey));
  return report(
    second,
    findings.map((finding) => ({ ...finding, outcome: outcomeOf(finding, left, failures) })),
  );
}

function report(survey: NodeSurvey, findings: Report["findings"]): Report {
  return { bootId: survey.bootId, counted: count(survey), findings };
}

/** Why steps were not done, by step. */
async function mendAll(
  fixes: readonly Fix[],
  { namespacePath }: SurveyOptions,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  const mender = new Mender(namespacePath === undefined ? {} : { namespacePath });
  try {
    for (const fix of fixes) {
      const outcome = await mender.mend(fix);
      if (outcome.kind === "left") failures.set(JSON.stringify(fix), outcome.why);
    }
  } finally {
    await mender.close();
  }
  return failures;
}

/** What a third look no longer shows is mended, be it by another's step. */
function outcomeOf(
  finding: Finding,
  left: ReadonlySet<string>,
  failures: ReadonlyMap<string, string>,
): Outcome {
  if (!left.has(findingKey(finding))) return { kind: "mended" };
  if (finding.fix === undefined) return { kind: "left", why: "it is not for a program to decide" };
  return { kind: "left", why: failures.get(JSON.stringify(finding.fix)) ?? "it has come back" };
}
